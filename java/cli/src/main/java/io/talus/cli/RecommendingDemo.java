package io.talus.cli;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.RankingMetrics;
import io.talus.recommend.Scored;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds similar items, recommends to a few users, and compares with what is merely popular. */
final class RecommendingDemo {
  private static final int NEIGHBORS = 50;
  private static final int LIST_LENGTH = 10;
  private static final int ITEMS_SHOWN = 10;
  private static final int SIMILAR_SHOWN = 3;

  private final Device device;
  private final PrintWriter terminal;
  private final long seed;

  RecommendingDemo(Device device, PrintWriter terminal, long seed) {
    this.device = device;
    this.terminal = terminal;
    this.seed = seed;
  }

  /** What the report's template names. */
  Map<String, Object> run(QuickstartData.Rated rated) {
    Ratings ratings = rated.ratings();
    terminal.printf("%nRecommending from %s: %s%n", rated.name(), ratings);
    terminal.flush();
    Knn knn = Knn.ofItems(SimilarityMeasure.COSINE, NEIGHBORS);
    long start = System.nanoTime();
    KnnRecommender recommender = knn.fit(device, ratings);
    double millis = (System.nanoTime() - start) / 1e6;

    RatingsReport report =
        new RatingsReport("Recommending from " + rated.name(), ratings, rated.titles())
            .spread("rating")
            .fact(
                "all items' " + NEIGHBORS + " nearest",
                String.format(Locale.ROOT, "%.1f ms", millis));
    addHitRates(ratings, knn, report);
    String more = "";
    if (rated.itemCluster() != null) {
      String recovered = Report.percent(recovered(recommender, rated.itemCluster()));
      more =
          "They were drawn so that items of one genre are liked by the same users; nothing"
              + " else tells the genre. Of all items, the most similar one is of the same genre for"
              + " "
              + recovered
              + ".";
      report.fact("genres recovered", recovered);
    }
    report
        .facts()
        .forEach(fact -> terminal.printf("  %-38s %s%n", fact.get("name"), fact.get("value")));
    printSimilar(rated, recommender);
    return report
        .heatMap(device, knn.similarity())
        .similarToMostRated(recommender, more)
        .recommendedToFirst("neighbours among items", recommender)
        .values();
  }

  private void printSimilar(QuickstartData.Rated rated, KnnRecommender recommender) {
    terminal.printf("%nMost similar to the most rated items:%n");
    for (int item : HeatMap.mostRated(rated.ratings(), ITEMS_SHOWN)) {
      String similar =
          recommender.similarItems(item, SIMILAR_SHOWN).stream()
              .map(
                  other ->
                      String.format(
                          Locale.ROOT, "%s %.2f", rated.titles().of(other.id()), other.score()))
              .collect(Collectors.joining(", "));
      terminal.printf("  %-28s %s%n", rated.titles().of(rated.ratings().itemId(item)), similar);
    }
    terminal.flush();
  }

  /** One rating of each user is hidden; how often is that item among those recommended? */
  private void addHitRates(Ratings ratings, Knn knn, RatingsReport report) {
    RatingsSplit split = RatingsSplit.leaveOneOut(ratings, seed);
    KnnRecommender fitted = knn.fit(device, split.train());
    RankingMetrics own = RankingMetrics.of(fitted, split, LIST_LENGTH);
    RankingMetrics popular =
        RankingMetrics.of(new PopularityRecommender(split.train()), split, LIST_LENGTH);
    String name = "hidden item among " + LIST_LENGTH + " recommended";
    report.fact(name, Report.percent(own.hitRate()));
    report.fact("the same, by popularity", Report.percent(popular.hitRate()));
  }

  private static double recovered(KnnRecommender recommender, int[] cluster) {
    int right = 0;
    for (int item = 0; item < cluster.length; item++) {
      List<Scored> nearest = recommender.similarItems(item, 1);
      right += !nearest.isEmpty() && cluster[nearest.get(0).index()] == cluster[item] ? 1 : 0;
    }
    return (double) right / cluster.length;
  }
}
