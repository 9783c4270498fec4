package io.talus.recommend;

import static io.talus.recommend.Golden.RATINGS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnnRecommenderTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final double TOLERANCE = 1e-5;

  private static KnnRecommender fit(Device device, Centering centering) {
    return Knn.ofItems(SimilarityMeasure.COSINE, 2).centering(centering).fit(device, RATINGS);
  }

  private static KnnRecommender fit() {
    return fit(Devices.require("java"), Centering.MEAN);
  }

  private static void assertPrediction(
      KnnRecommender fitted, String user, String item, double value, int neighbors) {
    Prediction prediction = fitted.predict(user, item);
    assertEquals(value, prediction.value(), TOLERANCE, user + " and " + item);
    assertEquals(neighbors, prediction.neighbors(), user + " and " + item);
    assertEquals(neighbors == 0, prediction.isFallback());
  }

  /** As in "z 3.84, y 0.60". */
  private static String text(List<Scored> items) {
    return items.stream()
        .map(item -> String.format("%s %.2f", item.id(), item.score()))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void predictsByWeightedMeans(Device device) {
    KnnRecommender plain = fit(device, Centering.NONE);
    assertPrediction(plain, "bob", "w", (0.96 * 3 + 0.64 * 4) / 1.6, 2);
    assertPrediction(plain, "bob", "y", 4, 1);
    assertPrediction(plain, "ann", "z", 3, 1);
    assertPrediction(plain, "ann", "y", Double.NaN, 0); // nothing to go by
    assertFalse(plain.predict("ann", "y").isPossible());
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void predictsAroundTheMeansOfItems(Device device) {
    KnnRecommender centred = fit(device, Centering.MEAN);
    assertPrediction(centred, "bob", "w", 3.5 + (0.96 * -0.5 + 0.64 * 0.5) / 1.6, 2);
    assertPrediction(centred, "bob", "y", 2 + 0.5, 1);
    assertPrediction(centred, "ann", "y", 2, 0);
  }

  @Test
  void predictionsStayInRange() {
    Ratings ratings =
        Ratings.builder().add("ann", "p", 5).add("ann", "q", 3).add("bob", "q", 5).build();
    KnnRecommender fitted =
        Knn.ofItems(SimilarityMeasure.COSINE, 1).fit(Devices.require("java"), ratings);
    assertPrediction(fitted, "bob", "p", 5, 1); // 5 + (5 - 4) without the range
  }

  @Test
  void anItemThatNobodyRatedGetsTheMeanOfAll() {
    Ratings test = Ratings.builder().add("dan", "new", 1).build();
    Ratings train = RatingsSplit.join(RATINGS, test).train();
    KnnRecommender fitted =
        Knn.ofItems(SimilarityMeasure.COSINE, 2).fit(Devices.require("java"), train);
    assertPrediction(fitted, "ann", "new", 23 / 7.0, 0);
    assertPrediction(fitted, "dan", "w", 3.5, 0);
    assertEquals(List.of(), fitted.recommend("dan", 3));
    assertEquals(List.of(), fitted.similarItems("new", 3));
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void recommendsWhatIsNearAndUnseen(Device device) {
    KnnRecommender fitted = fit(device, Centering.MEAN);
    assertEquals("z 3.84", text(fitted.recommend("ann", 3))); // 0.64 * 3 + 0.48 * 4
    assertEquals("y 2.40", text(fitted.recommend("bob", 3))); // 0.6 * 4
    assertEquals("w 1.92", text(fitted.recommend("cat", 3))); // 0.64 * 3; x is not near enough
  }

  @Test
  void recommendsToSomeoneUnknown() {
    Map<String, Integer> rated = Map.of("z", 1, "x", 2);
    assertEquals("w 2.56, y 0.60", text(fit().unseen(rated).recommend(3)));
    assertEquals("w 2.56", text(fit().unseen(rated).recommend(1)));
    assertEquals(List.of(), fit().unseen(Map.of()).recommend(3));
  }

  @Test
  void similarItems() {
    assertEquals("x 0.96, z 0.64", text(fit().similarItems("w", 9)));
    assertEquals("x 0.96", text(fit().similarItems("w", 1)));
    assertEquals("z 0.60", text(fit().similarItems("y", 2)));
  }

  @Test
  void tiesGoToTheSmallerIndex() {
    Ratings ratings =
        Ratings.builder()
            .add("ann", "p", 1)
            .add("ann", "s", 1)
            .add("ann", "q", 1)
            .add("ann", "r", 1)
            .add("bob", "r", 1)
            .build();
    KnnRecommender fitted =
        Knn.ofItems(SimilarityMeasure.DOT, 3).fit(Devices.require("java"), ratings);
    assertEquals("p 1.00, s 1.00, q 1.00", text(fitted.recommend("bob", 3)));
    assertEquals("p 1.00, s 1.00", text(fitted.recommend("bob", 2)));
  }

  @Test
  void unknownIdsAreNamed() {
    KnnRecommender fitted = fit();
    assertFails("there is no user 'eve'", () -> fitted.predict("eve", "w"));
    assertFails("there is no item 'v'", () -> fitted.predict("ann", "v"));
    assertFails("there is no user 'eve'", () -> fitted.recommend("eve", 1));
    assertFails("there is no item 'v'", () -> fitted.similarItems("v", 1));
    assertFails("there is no item 'v'", () -> fitted.unseen(Map.of("v", 1)).recommend(1));
    assertFails(
        "item 'w': the rating NaN is not finite",
        () -> fitted.unseen(Map.of("w", Double.NaN)).recommend(1));
    assertFails("n is 0", () -> fitted.recommend("ann", 0));
    assertFails("n is -1", () -> fitted.similarItems("w", -1));
    assertThrows(IndexOutOfBoundsException.class, () -> fitted.predict(3, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> fitted.predict(0, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> fitted.recommend(-1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> fitted.similarItems(4, 1));
  }

  @Test
  void nothingToLearnFromIsAnError() {
    Ratings none = Ratings.builder().build();
    Device device = Devices.require("java");
    assertFails("no rating", () -> Knn.ofItems(SimilarityMeasure.COSINE, 2).fit(device, none));
    assertFails("k is 0", () -> Knn.ofItems(SimilarityMeasure.COSINE, 0).fit(device, RATINGS));
    assertFalse(fit().ratings() == none);
  }

  private static void assertFails(String message, Runnable action) {
    Exception error = assertThrows(IllegalArgumentException.class, action::run);
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
