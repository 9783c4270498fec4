package io.talus.cli;

import io.talus.op.Support;
import io.talus.recommend.Centering;
import io.talus.recommend.Knn;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.TopK;
import io.talus.recommend.Weighting;
import picocli.CommandLine.Option;

/** When rows are alike, and how many of the most alike count. */
final class NeighborOptions {
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
      description =
          "What is compared in place of the ratings: none, presence, tf-idf, bm25,"
              + " less-column-means or less-baselines. Default: as the similarity has it.")
  private String weights;

  @Option(
      names = "--k1",
      paramLabel = "X",
      description = "For bm25: how slowly many counts come to weigh no more. Default: 1.2.")
  private Double k1;

  @Option(
      names = "--b",
      paramLabel = "X",
      description = "For bm25: how much rows of many counts are held back, 0 to 1. Default: 0.75.")
  private Double b;

  @Option(
      names = "--support",
      paramLabel = "N",
      description = "The fewest users (or items) that two must have in common to be neighbours.")
  private Integer support;

  @Option(
      names = "--shrinkage",
      paramLabel = "X",
      description =
          "Holds similarities back that rest on little: times n / (n + X) where n are in common.")
  private Float shrinkage;

  @Option(
      names = "--min-similarity",
      paramLabel = "X",
      description = "Whoever is less alike is no neighbour.")
  private Float least;

  @Option(
      names = "--neighbors",
      paramLabel = "K",
      defaultValue = "50",
      description = "How many neighbours of each count. Default: ${DEFAULT-VALUE}.")
  private int neighbors;

  @Option(
      names = "--neighbors-kept",
      paramLabel = "WHICH",
      defaultValue = "per-row",
      description =
          "per-row: an item that was rated speaks for the K most like it, the K most like a user"
              + " have a say. per-column: an item is scored by the K most like it, those have a say"
              + " who have the user among their K. Default: ${DEFAULT-VALUE}.")
  private String kept;

  @Option(
      names = "--model-size",
      paramLabel = "N",
      description =
          "How many neighbours of each to keep, from which a prediction takes the K nearest that"
              + " have a rating. Default: K.")
  private Integer modelSize;

  @Option(
      names = "--min-neighbors",
      paramLabel = "N",
      defaultValue = "1",
      description = "The fewest that a prediction may rest on. Default: ${DEFAULT-VALUE}.")
  private int minNeighbors;

  @Option(
      names = "--centering",
      paramLabel = "NAME",
      defaultValue = "mean",
      description =
          "What predictions measure ratings from: none, mean, z-score or baseline."
              + " Default: ${DEFAULT-VALUE}.")
  private String centering;

  /** How neighbours among items, or users, are found. */
  Knn knn(boolean amongUsers) {
    RatingSimilarity chosen = similarity();
    Knn knn =
        (amongUsers ? Knn.ofUsers(chosen, neighbors) : Knn.ofItems(chosen, neighbors))
            .minNeighbors(minNeighbors)
            .centering(Names.constant("--centering", centering, Centering.class))
            .topK(Names.constant("--neighbors-kept", kept, TopK.class));
    return modelSize == null ? knn : knn.modelSize(modelSize);
  }

  /** As in {@code COSINE, k 50 per row}: what centerings and items or users have in common. */
  String describe() {
    Knn knn = knn(false);
    return knn.similarity() + ", k " + knn.k() + " " + Names.of(knn.topK()).replace('-', ' ');
  }

  private RatingSimilarity similarity() {
    RatingSimilarity chosen = RatingSimilarity.byName().get(similarity);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "there is no similarity '"
              + similarity
              + "'; there are "
              + String.join(", ", RatingSimilarity.byName().keySet()));
    }
    Weighting weighting = weighting();
    chosen = weighting == null ? chosen : chosen.weighted(weighting);
    if (support != null || shrinkage != null) {
      Support own = chosen.support();
      chosen =
          chosen.supported(
              new Support(
                  support == null ? own.least() : support,
                  shrinkage == null ? own.shrinkage() : shrinkage,
                  own.afterTheFirst()));
    }
    return least == null ? chosen : chosen.atLeast(least);
  }

  private Weighting weighting() {
    Weighting.Form form =
        weights == null ? null : Names.constant("--weights", weights, Weighting.Form.class);
    if (form == Weighting.Form.BM25) {
      Weighting usual = Weighting.BM25;
      return Weighting.bm25(k1 == null ? usual.k1() : k1, b == null ? usual.b() : b);
    }
    if (k1 != null || b != null) {
      throw new IllegalArgumentException("--k1 and --b are of --weights bm25");
    }
    return form == null ? null : new Weighting(form, 0, 0);
  }
}
