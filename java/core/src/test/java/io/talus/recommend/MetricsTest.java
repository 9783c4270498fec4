package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Worked by hand. */
class MetricsTest {
  private static final Ratings TRAIN =
      Ratings.builder()
          .add("ann", "p", 5)
          .add("bob", "p", 4)
          .add("bob", "q", 4)
          .add("cat", "q", 3)
          .add("dan", "p", 2)
          .add("dan", "r", 2)
          .add("dan", "q", 2)
          .build();

  /** Nothing of bob is held out. */
  private static final RatingsSplit SPLIT =
      RatingsSplit.join(
          TRAIN,
          Ratings.builder()
              .add("ann", "q", 4)
              .add("ann", "s", 1)
              .add("cat", "r", 5)
              .add("dan", "s", 3)
              .build());

  @Test
  void popularity() {
    PopularityRecommender popular = new PopularityRecommender(SPLIT.train());
    assertEquals(
        List.of(new Scored(1, "q", 3), new Scored(2, "r", 1)),
        popular.recommend("ann", 5),
        "s has no rating, so it is not recommended");
    assertEquals(List.of(new Scored(0, "p", 3)), popular.recommend("cat", 1));
    assertEquals(List.of(), popular.recommend("dan", 1));
    assertThrows(IllegalArgumentException.class, () -> popular.recommend("ann", 0));
    assertThrows(IllegalArgumentException.class, () -> popular.recommend("eve", 1));
    assertThrows(IndexOutOfBoundsException.class, () -> popular.recommend(4, 1));
  }

  /** ann gets q and r, of which q is held out, with s; cat gets p and r; dan gets nothing. */
  @Test
  void ranking() {
    RankingMetrics metrics = RankingMetrics.of(new PopularityRecommender(SPLIT.train()), SPLIT, 2);
    assertEquals(2, metrics.k());
    assertEquals(3, metrics.users());
    assertEquals(2 / 3.0, metrics.hitRate(), 1e-12);
    assertEquals((1 / 2.0 + 1 / 2.0 + 0) / 3, metrics.precision(), 1e-12);
    assertEquals((1 / 2.0 + 1 + 0) / 3, metrics.recall(), 1e-12);
  }

  @Test
  void rating() {
    RatingMetrics metrics = RatingMetrics.of(new Constant(SPLIT.train(), 3), SPLIT);
    assertEquals(4, metrics.count());
    assertEquals(1, metrics.fallbacks());
    assertEquals(Math.sqrt((1 + 4 + 4 + 0) / 4.0), metrics.rmse(), 1e-12);
    assertEquals((1 + 2 + 2 + 0) / 4.0, metrics.mae(), 1e-12);
  }

  @Test
  void aMissingPredictionIsAnErrorOrAFallbacks() {
    Constant gaps = new Constant(SPLIT.train(), Double.NaN);
    Exception missing =
        assertThrows(IllegalStateException.class, () -> RatingMetrics.of(gaps, SPLIT));
    assertEquals(
        "no prediction for 1 of 4 held-out ratings, the first user 'cat', item 'r'"
            + " (ITEM_WITHOUT_RATINGS): give the predictor a fallback with orElse",
        missing.getMessage());
    // The mean of all is 22 / 7, 13 / 7 from cat's 5.
    RatingPredictor whole = gaps.orElse(MeanPredictor.ofAll(SPLIT.train()));
    RatingMetrics metrics = RatingMetrics.of(whole, SPLIT);
    assertEquals(1, metrics.fallbacks());
    assertEquals((1 + 2 + 13 / 7.0 + 0) / 4, metrics.mae(), 1e-12);
    assertEquals(22 / 7.0, whole.predict("cat", "r").value(), 1e-12);
    assertEquals(3, whole.predict("ann", "q").value());
    assertThrows(IllegalArgumentException.class, () -> gaps.orElse(MeanPredictor.ofAll(TRAIN)));
  }

  @Test
  void means() {
    Ratings train = SPLIT.train();
    assertEquals(4, MeanPredictor.ofUser(train).predict("bob", "s").value(), 1e-12);
    assertEquals(11 / 3.0, MeanPredictor.ofItem(train).predict("bob", "p").value(), 1e-12);
    Prediction unrated = MeanPredictor.ofItem(train).predict("bob", "s");
    assertEquals(22 / 7.0, unrated.value(), 1e-12);
    assertEquals(Prediction.Lack.ITEM_WITHOUT_RATINGS, unrated.lack());
    Ratings none = Ratings.builder().build();
    assertThrows(IllegalArgumentException.class, () -> MeanPredictor.ofAll(none));
  }

  @Test
  void withoutHeldOutRatingsThereIsNothingToSay() {
    RatingsSplit empty = RatingsSplit.random(TRAIN, 0, 1);
    RankingMetrics ranking = RankingMetrics.of(new PopularityRecommender(empty.train()), empty, 1);
    assertEquals(0, ranking.users());
    assertTrue(Double.isNaN(ranking.hitRate()));
    assertTrue(Double.isNaN(RatingMetrics.of(new Constant(empty.train(), 3), empty).rmse()));
  }

  @Test
  void whoLearnedFromOtherRatingsIsNotJudged() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RankingMetrics.of(new PopularityRecommender(TRAIN), SPLIT, 1));
    assertThrows(
        IllegalArgumentException.class, () -> RatingMetrics.of(new Constant(TRAIN, 3), SPLIT));
    assertThrows(
        IllegalArgumentException.class,
        () -> RankingMetrics.of(new PopularityRecommender(SPLIT.train()), SPLIT, 0));
  }

  /** Always 3, and something else for item r. */
  private record Constant(Ratings ratings, double elsewhere) implements RatingPredictor {
    @Override
    public Prediction predict(int user, int item) {
      boolean known = !ratings.itemId(item).equals("r");
      Prediction.Lack lack = known ? Prediction.Lack.NOTHING : Prediction.Lack.ITEM_WITHOUT_RATINGS;
      return new Prediction(known ? 3 : elsewhere, 0, lack);
    }
  }
}
