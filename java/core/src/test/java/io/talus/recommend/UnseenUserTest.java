package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.Shuffle;
import io.talus.data.SyntheticRatings;
import io.talus.op.Support;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is unseen gets what a model fitted to those ratings too would say, or close to it. */
class UnseenUserTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final Ratings ALL = SyntheticRatings.zipf(60, 40, 900, 9);
  private static final int LAST = ALL.users() - 1;

  /** All ratings but those of the last user. */
  private static Ratings withoutLast() {
    RatingsBuilder builder = Ratings.builder();
    for (int user = 0; user < LAST; user++) {
      for (int at = ALL.byUser().start(user); at < ALL.byUser().end(user); at++) {
        String item = ALL.itemId(ALL.byUser().column(at));
        builder.add(ALL.userId(user), item, ALL.byUser().value(at));
      }
    }
    return builder.build();
  }

  private static Map<String, Float> ratingsOf(int user) {
    Map<String, Float> rated = new LinkedHashMap<>();
    for (int at = ALL.byUser().start(user); at < ALL.byUser().end(user); at++) {
      rated.put(ALL.itemId(ALL.byUser().column(at)), ALL.byUser().value(at));
    }
    return rated;
  }

  private static Ratings later() {
    RatingsBuilder builder = Ratings.builder();
    ratingsOf(LAST).forEach((item, rating) -> builder.add(ALL.userId(LAST), item, rating));
    return builder.build();
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void amongUsersTheSameAsAfterwards(Device device) {
    for (RatingSimilarity similarity :
        List.of(
            RatingSimilarity.COSINE,
            RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.2f),
            RatingSimilarity.PEARSON.supported(Support.atLeast(2).shrunk(5)),
            RatingSimilarity.COSINE.weighted(Weighting.TF_IDF))) {
      for (Centering centering : List.of(Centering.NONE, Centering.MEAN, Centering.Z_SCORE)) {
        assertTheSameAsAfterwards(
            device, Knn.ofUsers(similarity, 7).modelSize(20).centering(centering));
      }
    }
  }

  private static void assertTheSameAsAfterwards(Device device, Knn recipe) {
    KnnRecommender model = recipe.fit(device, withoutLast());
    UnseenUser unseen = model.unseen(device, ratingsOf(LAST));
    KnnRecommender after = recipe.fit(device, withoutLast().with(later()));
    int user = after.ratings().userIndex(ALL.userId(LAST));
    String what = recipe.toString();
    assertEquals(after.recommend(user, 10), unseen.recommend(10), what);
    assertEquals(
        after.recommend(user, 10, Seen.INCLUDED), unseen.recommend(10, Seen.INCLUDED), what);
    for (int item = 0; item < after.ratings().items(); item++) {
      Prediction expected = after.predict(user, item);
      Prediction found = unseen.predict(after.ratings().itemId(item));
      assertEquals(expected.lack(), found.lack(), what);
      assertEquals(expected.neighbors(), found.neighbors(), what);
      // Neighbours who rated nothing new, so only the mean of all ratings differs, which none
      // of these depends on; the order of the sums is the same.
      assertEquals(expected.value(), found.value(), 1e-12, what);
    }
  }

  /** Who has how many neighbours tells who would have one more; ties are many. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void amongUsersPerColumnTheSameAsAfterwards(Device device) {
    for (RatingSimilarity similarity :
        List.of(
            RatingSimilarity.DOT,
            RatingSimilarity.JACCARD,
            RatingSimilarity.CONDITIONAL_PROBABILITY,
            RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.2f),
            RatingSimilarity.PEARSON.supported(Support.atLeast(2).shrunk(5)),
            RatingSimilarity.COSINE.weighted(Weighting.TF_IDF),
            RatingSimilarity.COSINE.weighted(Weighting.BM25),
            RatingSimilarity.ADJUSTED_COSINE)) {
      for (int k : new int[] {2, 1000}) {
        assertTheSameAsAfterwards(
            device, Knn.ofUsers(similarity, k).modelSize(k + 9).topK(TopK.PER_COLUMN));
      }
    }
  }

  @Test
  void amongItemsPerColumnTheSameAsThoseWithTheSame() {
    Device device = Devices.require("java");
    for (RatingSimilarity similarity :
        List.of(RatingSimilarity.COSINE, RatingSimilarity.CONDITIONAL_PROBABILITY)) {
      Knn recipe = Knn.ofItems(similarity, 4).topK(TopK.PER_COLUMN);
      KnnRecommender model = recipe.fit(device, ALL);
      UnseenUser unseen = model.unseen(ratingsOf(5));
      assertEquals(model.recommend(5, 10), unseen.recommend(10), recipe.toString());
      for (int item = 0; item < ALL.items(); item++) {
        Prediction found = unseen.predict(ALL.itemId(item));
        assertEquals(model.predict(5, item).value(), found.value(), 1e-12, recipe.toString());
      }
    }
  }

  @Test
  void baselinesOfItemsStayAsTheyWere() {
    Device device = Devices.require("java");
    Knn recipe = Knn.ofUsers(RatingSimilarity.COSINE, 7).centering(Centering.BASELINE);
    KnnRecommender model = recipe.fit(device, ALL);
    Map<String, Float> nothing = Map.of();
    Baselines baselines = Baselines.fit(ALL);
    assertEquals(
        Math.max(ALL.min(), Math.min(ALL.max(), ALL.mean() + baselines.item(3))),
        model.unseen(device, nothing).predict(ALL.itemId(3)).value(),
        1e-12);
    // With one neighbour, who has the same ratings and so the same leaning: his own rating.
    KnnRecommender nearest =
        Knn.ofUsers(RatingSimilarity.COSINE, 1).centering(Centering.BASELINE).fit(device, ALL);
    Map<String, Float> rated = ratingsOf(LAST);
    UnseenUser unseen = nearest.unseen(device, rated);
    rated.forEach((item, rating) -> assertEquals(rating, unseen.predict(item).value(), 1e-6));
  }

  @Test
  void whoHasRatedNothingLacksThat() {
    Device device = Devices.require("java");
    Map<String, Float> nothing = Map.of();
    String item = ALL.itemId(0);
    for (UnseenUser unseen :
        List.of(
            Knn.ofItems(RatingSimilarity.COSINE, 5).fit(device, ALL).unseen(nothing),
            Knn.ofUsers(RatingSimilarity.COSINE, 5).fit(device, ALL).unseen(device, nothing),
            MatrixFactorization.DEFAULT.sized(4, 2).fit(ALL).unseen(nothing))) {
      assertEquals(Prediction.Lack.USER_WITHOUT_RATINGS, unseen.predict(item).lack());
      assertTrue(unseen.predict(item).isPossible());
    }
    ImplicitModel implicit = ImplicitFactorization.DEFAULT.sized(4, 2).fit(device, ALL);
    assertEquals(List.of(), implicit.unseen(nothing).recommend(5));
  }

  @Test
  void badRequestsAreRefused() {
    Device device = Devices.require("java");
    KnnRecommender users = Knn.ofUsers(RatingSimilarity.COSINE, 5).fit(device, ALL);
    Map<String, Float> some = ratingsOf(3);
    assertTrue(
        assertThrows(IllegalStateException.class, () -> users.unseen(some))
            .getMessage()
            .contains("fit Knn.ofItems"));
    assertThrows(IllegalArgumentException.class, () -> users.unseen(device, Map.of("no such", 1)));
    UnseenUser unseen = users.unseen(device, some);
    assertThrows(IllegalArgumentException.class, () -> unseen.recommend(0));
    assertThrows(IllegalArgumentException.class, () -> unseen.predict("no such"));
    ImplicitModel implicit = ImplicitFactorization.DEFAULT.sized(4, 2).fit(device, ALL);
    assertThrows(IllegalStateException.class, () -> implicit.unseen(some).predict(ALL.itemId(0)));
    Map<String, Integer> negative = Map.of(ALL.itemId(0), -1);
    assertThrows(IllegalArgumentException.class, () -> implicit.unseen(negative));
  }

  /** Steps of gradient descent in double, beside those that are rounded to float. */
  @Test
  void factorsOfRatingsAreLearnedAsByFit() {
    MatrixFactorization settings = new MatrixFactorization(5, 30, 0.02, 0.05, 0.3, 7);
    FactorizationModel model = settings.fit(ALL);
    Map<String, Float> rated = ratingsOf(3);
    UnseenUser unseen = model.unseen(rated);
    double[] expected = foldedInDouble(model, rated);
    double[] scores = new double[ALL.items()];
    unseen
        .recommend(ALL.items(), Seen.INCLUDED)
        .forEach(item -> scores[item.index()] = item.score());
    // Each of the steps rounds six numbers of at most 8 to float, half of 2^-21 each.
    double tolerance = 30.0 * rated.size() * 6 * 0x1p-22 * 8;
    for (int item = 0; item < ALL.items(); item++) {
      if (ALL.byItem().size(item) > 0) {
        assertEquals(expected[item], scores[item], tolerance, "item " + item);
        double cut = Math.max(ALL.min(), Math.min(ALL.max(), scores[item]));
        assertEquals(cut, unseen.predict(ALL.itemId(item)).value());
      }
    }
  }

  private static double[] foldedInDouble(FactorizationModel model, Map<String, Float> rated) {
    MatrixFactorization settings = model.settings();
    int[] items = rated.keySet().stream().mapToInt(ALL::itemIndex).sorted().toArray();
    double[] p = new double[settings.factors()];
    double leaning = 0;
    for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
      for (int at : Shuffle.permutation(items.length, settings.seed(), epoch)) {
        double e = rated.get(ALL.itemId(items[at])) - foldedValue(model, p, leaning, items[at]);
        leaning += settings.learningRate() * (e - settings.regularization() * leaning);
        for (int f = 0; f < p.length; f++) {
          double q = model.items().values()[items[at] * p.length + f];
          p[f] += settings.learningRate() * (e * q - settings.regularization() * p[f]);
        }
      }
    }
    double[] values = new double[ALL.items()];
    for (int item = 0; item < values.length; item++) {
      values[item] = foldedValue(model, p, leaning, item);
    }
    return values;
  }

  private static double foldedValue(
      FactorizationModel model, double[] p, double leaning, int item) {
    double value = ALL.mean() + leaning + model.itemLeanings()[item];
    for (int f = 0; f < p.length; f++) {
      value += p[f] * model.items().values()[item * p.length + f];
    }
    return value;
  }

  /** Swept to the end, a user's vector is the best for the items' as they are. */
  @Test
  void factorsOfCountsAreThoseOfAUserWithTheSame() {
    Device device = Devices.require("java");
    ImplicitModel model = new ImplicitFactorization(4, 400, 1, 0.5, 3).fit(device, ALL);
    double[] scores = new double[ALL.items()];
    for (int user : new int[] {0, 7, LAST}) {
      model.score(user, scores);
      double[] expected = scores.clone();
      model
          .unseen(ratingsOf(user))
          .recommend(ALL.items(), Seen.INCLUDED)
          .forEach(item -> assertEquals(expected[item.index()], item.score(), 1e-4));
    }
  }
}
