package io.talus.cli;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.RankingMetrics;
import io.talus.recommend.Scored;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Finds similar items, recommends to a few users, and compares with what is merely popular. */
final class RecommendingDemo {
  private static final int NEIGHBORS = 50;
  private static final int LIST_LENGTH = 10;
  private static final int ITEMS_SHOWN = 10;
  private static final int SIMILAR_SHOWN = 5;
  private static final int USERS_SHOWN = 5;
  private static final int LIKED_SHOWN = 4;

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
    long start = System.nanoTime();
    KnnRecommender recommender =
        Knn.ofItems(SimilarityMeasure.COSINE, NEIGHBORS).fit(device, ratings);
    double millis = (System.nanoTime() - start) / 1e6;

    List<Map<String, Object>> items = similarItems(rated, recommender);
    List<Map<String, Object>> facts = new ArrayList<>();
    facts.add(Report.fact("ratings", String.format(Locale.ROOT, "%,d", ratings.size())));
    facts.add(Report.fact("users", String.format(Locale.ROOT, "%,d", ratings.users())));
    facts.add(Report.fact("items", String.format(Locale.ROOT, "%,d", ratings.items())));
    facts.add(
        Report.fact(
            "all items' " + NEIGHBORS + " nearest", String.format(Locale.ROOT, "%.1f ms", millis)));
    addHitRates(ratings, facts);
    String explanation = "The items with most ratings, and those rated most alike.";
    if (rated.itemCluster() != null) {
      double recovered = recovered(recommender, rated.itemCluster());
      explanation =
          "The ratings were drawn so that items of one genre are liked by the same users; nothing"
              + " else tells the genre. Of all items, the most similar one is of the same genre for"
              + " "
              + Report.percent(recovered)
              + ".";
      facts.add(Report.fact("genres recovered", Report.percent(recovered)));
    }
    facts.forEach(fact -> terminal.printf("  %-34s %s%n", fact.get("name"), fact.get("value")));
    terminal.flush();

    Map<String, Object> values = new LinkedHashMap<>();
    values.put("dataName", rated.name());
    values.put("facts", facts);
    values.put("explanation", explanation);
    values.put("measure", "cosine");
    values.put("items", items);
    values.put("users", users(rated, recommender));
    return values;
  }

  private List<Map<String, Object>> similarItems(
      QuickstartData.Rated rated, KnnRecommender recommender) {
    RatingsMatrix byItem = rated.ratings().byItem();
    terminal.printf("%nMost similar to the most rated items:%n");
    List<Map<String, Object>> shown = new ArrayList<>();
    List<Integer> mostRated =
        IntStream.range(0, byItem.rows())
            .boxed()
            .sorted(Comparator.comparingInt((Integer item) -> -byItem.size(item)))
            .limit(ITEMS_SHOWN)
            .toList();
    for (int item : mostRated) {
      List<Scored> similar = recommender.similarItems(item, SIMILAR_SHOWN);
      String name = title(rated, rated.ratings().itemId(item));
      List<Map<String, Object>> rows =
          similar.stream()
              .map(
                  other ->
                      Map.<String, Object>of(
                          "name", title(rated, other.id()),
                          "score", String.format(Locale.ROOT, "%.2f", other.score())))
              .toList();
      shown.add(Map.of("name", name, "similar", rows));
      terminal.printf(
          "  %-28s %s%n",
          name,
          rows.stream()
              .map(r -> r.get("name") + " " + r.get("score"))
              .limit(3)
              .collect(Collectors.joining(", ")));
    }
    terminal.println();
    return shown;
  }

  /** One rating of each user is hidden; how often is that item among those recommended? */
  private void addHitRates(Ratings ratings, List<Map<String, Object>> facts) {
    RatingsSplit split = RatingsSplit.leaveOneOut(ratings, seed);
    KnnRecommender fitted =
        Knn.ofItems(SimilarityMeasure.COSINE, NEIGHBORS).fit(device, split.train());
    RankingMetrics own = RankingMetrics.of(fitted, split, LIST_LENGTH);
    RankingMetrics popular =
        RankingMetrics.of(new PopularityRecommender(split.train()), split, LIST_LENGTH);
    String name = "hidden item among " + LIST_LENGTH + " recommended";
    facts.add(Report.fact(name, Report.percent(own.hitRate())));
    facts.add(Report.fact("the same, by popularity", Report.percent(popular.hitRate())));
  }

  private static double recovered(KnnRecommender recommender, int[] cluster) {
    int right = 0;
    for (int item = 0; item < cluster.length; item++) {
      List<Scored> nearest = recommender.similarItems(item, 1);
      right += !nearest.isEmpty() && cluster[nearest.get(0).index()] == cluster[item] ? 1 : 0;
    }
    return (double) right / cluster.length;
  }

  private static List<Map<String, Object>> users(
      QuickstartData.Rated rated, KnnRecommender recommender) {
    Ratings ratings = rated.ratings();
    List<Map<String, Object>> users = new ArrayList<>();
    for (int user = 0; user < Math.min(USERS_SHOWN, ratings.users()); user++) {
      String recommended =
          recommender.recommend(user, SIMILAR_SHOWN).stream()
              .map(item -> title(rated, item.id()))
              .collect(Collectors.joining(", "));
      users.add(
          Map.of(
              "name", ratings.userId(user),
              "liked", liked(rated, user),
              "recommended", recommended));
    }
    return users;
  }

  private static String liked(QuickstartData.Rated rated, int user) {
    RatingsMatrix byUser = rated.ratings().byUser();
    return IntStream.range(byUser.start(user), byUser.end(user))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer place) -> -byUser.value(place)))
        .limit(LIKED_SHOWN)
        .map(place -> title(rated, rated.ratings().itemId(byUser.column(place))))
        .collect(Collectors.joining(", "));
  }

  private static String title(QuickstartData.Rated rated, String id) {
    return rated.titles().getOrDefault(id, id);
  }
}
