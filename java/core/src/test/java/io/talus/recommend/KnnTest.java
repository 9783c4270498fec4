package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Worked by hand, among users.
 *
 * <pre>
 *        p  q  r     mean   deviation
 *   ann  1  5  .     3      2
 *   bob  2  4  3     3      sqrt(2/3)
 *   cat  5  1  4     10/3   sqrt(26)/3
 *
 *   u . v: ann bob 22, ann cat 10, bob cat 26
 * </pre>
 */
class KnnTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final double TOLERANCE = 1e-6;
  private static final int ANN = 0;
  private static final int R = 2;

  private static final Ratings RATINGS =
      Ratings.builder()
          .add("ann", "p", 1)
          .add("ann", "q", 5)
          .add("bob", "r", 3)
          .add("bob", "p", 2)
          .add("bob", "q", 4)
          .add("cat", "p", 5)
          .add("cat", "q", 1)
          .add("cat", "r", 4)
          .build();

  private static final Device JAVA = Devices.require("java");

  private static KnnRecommender fit(Device device, Knn knn) {
    return knn.fit(device, RATINGS);
  }

  private static Knn users(int k, Centering centering) {
    return Knn.ofUsers(SimilarityMeasure.DOT, k).centering(centering);
  }

  private static double predict(Device device, Centering centering) {
    Prediction prediction = fit(device, users(2, centering)).predict("ann", "r");
    assertEquals(2, prediction.neighbors());
    assertFalse(prediction.isFallback());
    return prediction.value();
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void predictsAmongUsers(Device device) {
    assertEquals((22 * 3 + 10 * 4) / 32.0, predict(device, Centering.NONE), TOLERANCE);
    assertEquals(3 + 10 * (2 / 3.0) / 32, predict(device, Centering.MEAN), TOLERANCE);
    double z = 3 + 2 * (10 * (2 / 3.0) / (Math.sqrt(26) / 3)) / 32;
    assertEquals(z, predict(device, Centering.Z_SCORE), TOLERANCE);
    Baselines b = Baselines.fit(RATINGS);
    double off = 22 * (3 - b.value(1, R)) + 10 * (4 - b.value(2, R));
    double expected = b.value(ANN, R) + off / 32;
    assertEquals(expected, predict(device, Centering.BASELINE), TOLERANCE);
  }

  /** (u - v)^2 over what both rated: ann bob 1 and 1, ann cat 16 and 16. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void predictsBySimilarityOverCommonItems(Device device) {
    Knn knn = Knn.ofUsers(SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE, 2);
    Knn plain = knn.centering(Centering.NONE);
    double bob = 1 / (1 + 1.0);
    double cat = 1 / (1 + 16.0);
    double expected = (bob * 3 + cat * 4) / (bob + cat);
    assertEquals(expected, fit(device, plain).predict("ann", "r").value(), TOLERANCE);
    KnnRecommender shrunk = fit(device, plain.support(Support.atLeast(2).shrunk(2)));
    assertEquals(bob * 2 / 4, shrunk.similarUsers("ann", 1).get(0).score(), TOLERANCE);
    assertEquals(0, fit(device, knn.support(Support.atLeast(3))).neighbors().size(ANN));
  }

  /** All pairs, whatever k; those of the neighbours that are found otherwise. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void someRowsAreComparedEachToEach(Device device) {
    for (RatingSimilarity similarity : RatingSimilarity.byName().values()) {
      Knn knn = Knn.ofUsers(similarity, 1);
      float[][] found = knn.similarities(device, RATINGS, 2, ANN);
      Neighbors all = fit(device, knn.modelSize(2)).neighbors();
      assertTrue(Float.isNaN(found[0][0]) && Float.isNaN(found[1][1]));
      assertEquals(similarity(all, 2, ANN), found[0][1], "cat, ann: " + similarity);
      assertEquals(similarity(all, ANN, 2), found[1][0], "ann, cat: " + similarity);
    }
    assertEquals(
        10, Knn.ofUsers(SimilarityMeasure.DOT, 1).similarities(device, RATINGS, 0, 2)[0][1]);
    assertEquals(1, users(1, Centering.NONE).similarities(device, RATINGS, 0).length);
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> users(1, Centering.NONE).similarities(device, RATINGS, 3));
  }

  private static float similarity(Neighbors neighbors, int row, int other) {
    for (int rank = 0; rank < neighbors.size(row); rank++) {
      if (neighbors.index(row, rank) == other) {
        return neighbors.similarity(row, rank);
      }
    }
    return 0;
  }

  /** The items of RATINGS, called users and the other way round, must give the same. */
  @ParameterizedTest
  @EnumSource(Centering.class)
  void itemsAndUsersAreAlike(Centering centering) {
    var turned = Ratings.builder();
    for (int user = 0; user < 3; user++) {
      for (int at = RATINGS.byUser().start(user); at < RATINGS.byUser().end(user); at++) {
        int item = RATINGS.byUser().column(at);
        turned.add(RATINGS.itemId(item), RATINGS.userId(user), RATINGS.byUser().value(at));
      }
    }
    Knn items = Knn.ofItems(SimilarityMeasure.DOT, 2).centering(centering);
    Prediction prediction = items.fit(JAVA, turned.build()).predict("r", "ann");
    // Baselines treat users and items unlike: only the others are the same.
    if (centering != Centering.BASELINE) {
      assertEquals(predict(JAVA, centering), prediction.value(), TOLERANCE);
    }
    assertEquals(2, prediction.neighbors());
  }

  @Test
  void theNearestRatersCount() {
    assertEquals(3, fit(JAVA, users(1, Centering.NONE)).predict("ann", "r").value());
    // Without cat's q: ann bob 22, ann cat 5, bob cat 22. ann, of the smaller index, is nearest to
    // bob, cat to nobody; r needs cat.
    Ratings fewer = without("cat", "q");
    assertEquals(
        22, users(1, Centering.NONE).fit(JAVA, fewer).similarUsers("bob", 1).get(0).score());
    Knn kept = users(1, Centering.NONE);
    assertFalse(kept.fit(JAVA, fewer).predict("bob", "r").isPossible());
    assertEquals(4, kept.modelSize(2).fit(JAVA, fewer).predict("bob", "r").value(), "cat's");
  }

  private static Ratings without(String user, String item) {
    var builder = Ratings.builder();
    for (int u = 0; u < RATINGS.users(); u++) {
      for (int at = RATINGS.byUser().start(u); at < RATINGS.byUser().end(u); at++) {
        String itemId = RATINGS.itemId(RATINGS.byUser().column(at));
        if (!(RATINGS.userId(u).equals(user) && itemId.equals(item))) {
          builder.add(RATINGS.userId(u), itemId, RATINGS.byUser().value(at));
        }
      }
    }
    return builder.build();
  }

  @Test
  void explainsPredictions() {
    KnnRecommender fitted = fit(JAVA, users(2, Centering.MEAN));
    assertEquals(
        List.of(new UsedNeighbor(1, "bob", 22, 3), new UsedNeighbor(2, "cat", 10, 4)),
        fitted.explain(ANN, R));
    assertEquals(List.of(), fit(JAVA, users(3, Centering.MEAN).minNeighbors(3)).explain(ANN, R));
  }

  @Test
  void saysWhatIsMissing() {
    Ratings held = Ratings.builder().add("dan", "p", 1).add("ann", "s", 1).build();
    Ratings train = RatingsSplit.join(RATINGS, held).train();
    KnnRecommender plain = users(3, Centering.NONE).minNeighbors(3).fit(JAVA, train);
    assertLack(Prediction.Lack.USER_WITHOUT_RATINGS, Double.NaN, plain.predict("dan", "p"));
    assertLack(Prediction.Lack.ITEM_WITHOUT_RATINGS, Double.NaN, plain.predict("ann", "s"));
    assertLack(Prediction.Lack.TOO_FEW_NEIGHBORS, Double.NaN, plain.predict("ann", "r"));
    KnnRecommender centred = users(3, Centering.MEAN).minNeighbors(3).fit(JAVA, train);
    assertLack(Prediction.Lack.USER_WITHOUT_RATINGS, 25 / 8.0, centred.predict("dan", "p"));
    assertLack(Prediction.Lack.ITEM_WITHOUT_RATINGS, 3, centred.predict("ann", "s"));
    assertLack(Prediction.Lack.TOO_FEW_NEIGHBORS, 3, centred.predict("ann", "r"));
  }

  private static void assertLack(Prediction.Lack lack, double value, Prediction prediction) {
    assertEquals(lack, prediction.lack());
    assertEquals(value, prediction.value(), TOLERANCE);
    assertEquals(0, prediction.neighbors());
    assertEquals(!Double.isNaN(value), prediction.isPossible());
  }

  @Test
  void constantRowsHaveADeviationAllTheSame() {
    Ratings flat =
        Ratings.builder()
            .add("ann", "p", 3)
            .add("ann", "q", 3)
            .add("bob", "p", 3)
            .add("bob", "q", 3)
            .add("bob", "r", 3)
            .build();
    KnnRecommender fitted = users(1, Centering.Z_SCORE).fit(JAVA, flat);
    assertEquals(3, fitted.predict("ann", "r").value());
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void recommendsAmongUsers(Device device) {
    KnnRecommender fitted = fit(device, users(2, Centering.MEAN));
    assertEquals(List.of(new Scored(R, "r", 22 * 3 + 10 * 4)), fitted.recommend("ann", 3));
    assertEquals(
        List.of(new Scored(R, "r", 106), new Scored(1, "q", 98), new Scored(0, "p", 94)),
        fitted.recommend(ANN, 3, Seen.INCLUDED));
    assertEquals(List.of(), fitted.recommend("bob", 3));
    assertEquals(
        List.of(new Scored(1, "bob", 22), new Scored(2, "cat", 10)), fitted.similarUsers("ann", 9));
    assertThrows(IllegalStateException.class, () -> fitted.similarItems("p", 1));
    assertThrows(
        IllegalStateException.class,
        () -> fit(JAVA, Knn.ofItems(SimilarityMeasure.DOT, 1)).similarUsers("ann", 1));
  }

  @Test
  void allAtOnceIsAsOneByOne() {
    Ratings ratings = SyntheticRatings.zipf(150, 90, 3000, 6);
    RatingsSplit split = RatingsSplit.random(ratings, 0.2, 6);
    for (Knn knn :
        List.of(
            Knn.ofItems(SimilarityMeasure.COSINE, 7).centering(Centering.NONE),
            Knn.ofUsers(SimilarityMeasure.COSINE, 7).modelSize(100))) {
      KnnRecommender fitted = knn.fit(JAVA, split.train());
      Recommendations all = fitted.recommendAll(5);
      Recommendations tile = fitted.recommendAll(40, 45, 5, Seen.INCLUDED);
      assertEquals(150, all.users());
      for (int user = 0; user < 150; user++) {
        assertEquals(fitted.recommend(user, 5), all.list(user), knn + ", user " + user);
      }
      assertEquals(40, tile.firstUser());
      for (int user = 40; user < 45; user++) {
        assertEquals(fitted.recommend(user, 5, Seen.INCLUDED), tile.list(user));
      }
      assertThrows(IndexOutOfBoundsException.class, () -> tile.size(45));
      assertThrows(IndexOutOfBoundsException.class, () -> tile.item(40, 5));
      Prediction[] predictions = fitted.predictAll(split.test());
      for (int user = 0; user < 150; user++) {
        int end = split.test().byUser().end(user);
        for (int place = split.test().byUser().start(user); place < end; place++) {
          int item = split.test().byUser().column(place);
          assertEquals(fitted.predict(user, item), predictions[place]);
        }
      }
      assertThrows(IllegalArgumentException.class, () -> fitted.predictAll(RATINGS));
      assertThrows(
          IllegalArgumentException.class, () -> fitted.recommendAll(9, 151, 5, Seen.INCLUDED));
    }
  }

  /** Someone with a user's ratings gets what that user gets. */
  @ParameterizedTest
  @EnumSource(Centering.class)
  void whoIsUnseenGetsTheSame(Centering centering) {
    Ratings ratings = SyntheticRatings.zipf(60, 40, 800, 9);
    KnnRecommender fitted =
        Knn.ofItems(SimilarityMeasure.COSINE, 7).centering(centering).fit(JAVA, ratings);
    Map<String, Float> rated = new HashMap<>();
    for (int at = ratings.byUser().start(5); at < ratings.byUser().end(5); at++) {
      rated.put(ratings.itemId(ratings.byUser().column(at)), ratings.byUser().value(at));
    }
    UnseenUser unseen = fitted.unseen(rated);
    assertEquals(fitted.recommend(5, 10), unseen.recommend(10));
    for (int item = 0; item < 40; item++) {
      Prediction expected = fitted.predict(5, item);
      Prediction found = unseen.predict(ratings.itemId(item));
      assertEquals(expected.neighbors(), found.neighbors());
      // The last sweep set the users' leanings, so the same ratings have the same leaning.
      assertEquals(expected.value(), found.value(), 1e-12);
    }
  }

  @Test
  void badSettingsAreRefused() {
    Knn knn = Knn.ofItems(SimilarityMeasure.COSINE, 5);
    assertThrows(IllegalArgumentException.class, () -> Knn.ofUsers(SimilarityMeasure.DOT, 0));
    assertThrows(IllegalArgumentException.class, () -> knn.modelSize(4));
    assertThrows(IllegalArgumentException.class, () -> knn.minNeighbors(0));
    assertThrows(IllegalArgumentException.class, () -> knn.minNeighbors(6));
    assertTrue(Arrays.stream(Centering.values()).allMatch(c -> knn.centering(c).k() == 5));
  }
}
