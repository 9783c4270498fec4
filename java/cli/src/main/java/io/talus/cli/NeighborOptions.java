package io.talus.cli;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsTitles;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.Scored;
import io.talus.recommend.Weighting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** What commands that look for neighbours have in common: ratings, titles, and how to compare. */
final class NeighborOptions {
  enum Weights {
    NONE(Weighting.NONE),
    TF_IDF(Weighting.TF_IDF),
    BM25(Weighting.BM25);

    private final Weighting weighting;

    Weights(Weighting weighting) {
      this.weighting = weighting;
    }
  }

  @Option(
      names = "--ratings",
      paramLabel = "FILE",
      required = true,
      description =
          "A line for each rating: user, item, rating and, if any, time; separated by TAB, '::',"
              + " comma, ';', '|' or blanks; .gz or not.")
  private Path file;

  @Option(
      names = "--titles",
      paramLabel = "FILE",
      description = "What items are called: their id in the first column, the title in the second.")
  private Path titlesFile;

  @Option(
      names = "--similarity",
      paramLabel = "NAME",
      defaultValue = "cosine",
      description =
          "cosine, adjusted-cosine, common-cosine, pearson, pearson-baseline,"
              + " mean-squared-difference, jaccard, tanimoto, conditional-probability, euclidean or"
              + " dot. Default: ${DEFAULT-VALUE}.")
  private String similarity;

  @Option(
      names = "--weights",
      paramLabel = "NAME",
      description = "For counts, in place of the ratings: ${COMPLETION-CANDIDATES}.")
  private Weights weights;

  @Option(
      names = "--neighbors",
      paramLabel = "K",
      defaultValue = "50",
      description = "How many neighbours of each item count. Default: ${DEFAULT-VALUE}.")
  private int neighbors;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "The device to use: cpu, java. Default: the fastest there is.")
  private String deviceName;

  private Map<String, String> titles = Map.of();

  Ratings read() throws IOException {
    return RatingsReader.read(file);
  }

  String similarityName() {
    return similarity + (weights == null ? "" : " of " + weights);
  }

  /** Reads and finds the neighbours, and says so. */
  KnnRecommender fit(PrintWriter terminal) throws IOException {
    Ratings ratings = read();
    titles = titlesFile == null ? Map.of() : RatingsTitles.read(titlesFile);
    terminal.println(ratings);
    terminal.flush();
    long start = System.nanoTime();
    KnnRecommender fitted = fit(ratings);
    terminal.printf(
        Locale.ROOT, "%s, in %.2f s%n", fitted.knn(), (System.nanoTime() - start) / 1e9);
    return fitted;
  }

  /** Finds the neighbours. */
  KnnRecommender fit(Ratings ratings) {
    RatingSimilarity chosen = RatingSimilarity.byName().get(similarity);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "there is no similarity '"
              + similarity
              + "'; there are "
              + String.join(", ", RatingSimilarity.byName().keySet()));
    }
    chosen = weights == null ? chosen : chosen.weighted(weights.weighting);
    Device device = deviceName == null ? Devices.best() : Devices.require(deviceName);
    return Knn.ofItems(chosen, neighbors).fit(device, ratings);
  }

  /** The title, or the id where there is none. */
  String title(String id) {
    return titles.getOrDefault(id, id);
  }

  /** The item of that id or, failing that, of that title. */
  int item(Ratings ratings, String idOrTitle) {
    if (ratings.findItem(idOrTitle) < 0) {
      for (Map.Entry<String, String> entry : titles.entrySet()) {
        if (entry.getValue().equals(idOrTitle) && ratings.findItem(entry.getKey()) >= 0) {
          return ratings.findItem(entry.getKey());
        }
      }
    }
    return ratings.itemIndex(idOrTitle);
  }

  void print(PrintWriter terminal, String heading, List<Scored> items) {
    terminal.printf("%n%s%n", heading);
    for (Scored item : items) {
      terminal.printf(Locale.ROOT, "  %10.4f  %s%n", item.score(), title(item.id()));
    }
    if (items.isEmpty()) {
      terminal.println("  nothing");
    }
    terminal.flush();
  }
}
