package io.talus.cli;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.Recommender;
import io.talus.recommend.Scored;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What the report's template names of ratings and what comes of them; what is not told is left out.
 */
final class RatingsReport implements ReportSection {
  private static final int COMPARED = 20;
  private static final int ITEMS_SHOWN = 10;
  private static final int SIMILAR_SHOWN = 5;
  private static final int USERS_SHOWN = 5;
  private static final int LIKED_SHOWN = 5;

  private final Ratings ratings;
  private final Titles titles;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Map<String, Object>> facts = new ArrayList<>();

  /**
   * @param heading over all of it
   */
  RatingsReport(String heading, Ratings ratings, Titles titles) {
    this.ratings = ratings;
    this.titles = titles;
    values.put("heading", heading);
    values.put("facts", facts);
    fact("ratings", String.format(Locale.ROOT, "%,d", ratings.size()));
    fact("users", String.format(Locale.ROOT, "%,d", ratings.users()));
    fact("items", String.format(Locale.ROOT, "%,d", ratings.items()));
  }

  @Override
  public String template() {
    return "recommending";
  }

  @Override
  public Map<String, Object> values() {
    return values;
  }

  RatingsReport fact(String name, String value) {
    facts.add(Report.fact(name, value));
    return this;
  }

  List<Map<String, Object>> facts() {
    return facts;
  }

  /**
   * How they are spread over values and items.
   *
   * @param unit what a value is, as in {@code rating}
   */
  RatingsReport spread(String unit) {
    double pairs = (double) ratings.users() * ratings.items();
    fact("of all pairs rated", String.format(Locale.ROOT, "%.2f %%", 100 * ratings.size() / pairs));
    values.put("unit", unit);
    fact("mean " + unit, String.format(Locale.ROOT, "%.2f", ratings.mean()));
    fact("of ratings on a tenth of items", Report.percent(RatingsPlots.shareOfHead(ratings)));
    values.put("hasSpread", true);
    values.put("valuesJson", Json.text(RatingsPlots.values(ratings)));
    values.put("longTailJson", Json.text(RatingsPlots.longTail(ratings)));
    return this;
  }

  /** How alike the most-rated items are. */
  RatingsReport heatMap(Device device, RatingSimilarity similarity) {
    Knn knn = Knn.ofItems(similarity, COMPARED);
    values.put("heatMap", HeatMap.of(device, knn, ratings, titles, COMPARED).values());
    values.put("heatMapMeasure", similarity.toString());
    return this;
  }

  /**
   * What is most like the most-rated items.
   *
   * @param more what there is to say of it, or empty
   */
  RatingsReport similarToMostRated(KnnRecommender items, String more) {
    return similar(
        "The items with most ratings, and those rated most alike. " + more,
        items,
        HeatMap.mostRated(ratings, ITEMS_SHOWN),
        SIMILAR_SHOWN);
  }

  /** How methods did. */
  RatingsReport tables(String how, List<MetricTable<?>> tables) {
    values.put("judgedBy", how);
    values.put("tables", tables.stream().map(MetricTable::values).toList());
    return this;
  }

  /**
   * What is most like some items.
   *
   * @param explanation what they are
   */
  RatingsReport similar(String explanation, KnnRecommender model, int[] items, int count) {
    values.put("hasSimilar", true);
    values.put("explanation", explanation);
    values.put("neighborsBy", model.knn().toString());
    values.put(
        "items",
        IntStream.of(items)
            .mapToObj(
                item ->
                    Map.of(
                        "name", titles.of(ratings.itemId(item)),
                        "similar", scored(model.similarItems(item, count), "%.2f")))
            .toList());
    return this;
  }

  /**
   * What some users rated highest, and what is recommended to them.
   *
   * @param how the method's name
   */
  RatingsReport recommended(String how, Recommender model, List<Integer> users, int count) {
    values.put("hasRecommended", true);
    values.put("recommendedBy", how);
    values.put(
        "users",
        users.stream()
            .map(
                user ->
                    Map.of(
                        "name", ratings.userId(user),
                        "liked", scored(liked(user), "%.1f"),
                        "recommended", scored(model.recommend(user, count), "%.2f")))
            .toList());
    return this;
  }

  /** The same for the first users that have ratings. */
  RatingsReport recommendedToFirst(String how, Recommender model) {
    List<Integer> users =
        IntStream.range(0, ratings.users())
            .filter(user -> ratings.byUser().size(user) > 0)
            .limit(USERS_SHOWN)
            .boxed()
            .toList();
    return recommended(how, model, users, SIMILAR_SHOWN);
  }

  /** What the user rated highest; of equal ratings, those of the better known items. */
  private List<Scored> liked(int user) {
    RatingsMatrix byUser = ratings.byUser();
    return IntStream.range(byUser.start(user), byUser.end(user))
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer place) -> -byUser.value(place))
                .thenComparingInt(place -> -ratings.byItem().size(byUser.column(place))))
        .limit(LIKED_SHOWN)
        .map(
            place -> {
              int item = byUser.column(place);
              return new Scored(item, ratings.itemId(item), byUser.value(place));
            })
        .toList();
  }

  private List<Map<String, Object>> scored(List<Scored> all, String format) {
    return all.stream()
        .map(
            one ->
                Map.<String, Object>of(
                    "name", titles.of(one.id()),
                    "score", String.format(Locale.ROOT, format, one.score())))
        .toList();
  }
}
