package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldResultsTest {
  @Test
  void meanAndDeviation() {
    FoldResults<Double> results = new FoldResults<>(List.of(1.0, 2.0, 6.0));
    assertEquals(3, results.mean(x -> x), 1e-12);
    assertEquals(Math.sqrt((4 + 1 + 9) / 2.0), results.deviation(x -> x), 1e-12);
    FoldResults<Double> one = new FoldResults<>(List.of(5.0));
    assertEquals(5, one.mean(x -> x));
    assertTrue(Double.isNaN(one.deviation(x -> x)));
    assertTrue(Double.isNaN(new FoldResults<Double>(List.of()).mean(x -> x)));
  }

  @Test
  void fitsOnEachTrainingPart() {
    Ratings ratings = SyntheticRatings.zipf(50, 40, 600, 2);
    List<Ratings> learned = new ArrayList<>();
    FoldResults<RatingMetrics> results =
        FoldResults.of(
            RatingsSplit.folds(ratings, Folds.FIVE, 2),
            train -> {
              learned.add(train);
              return MeanPredictor.ofAll(train);
            },
            RatingMetrics::of);
    assertEquals(5, results.folds().size());
    assertEquals(600, results.folds().stream().mapToInt(RatingMetrics::count).sum());
    double squares = 0;
    for (int fold = 0; fold < 5; fold++) {
      RatingMetrics expected =
          RatingMetrics.of(
              MeanPredictor.ofAll(learned.get(fold)), splitOf(learned.get(fold), ratings, fold));
      assertEquals(expected.rmse(), results.folds().get(fold).rmse(), 1e-12);
      squares += expected.rmse();
    }
    assertEquals(squares / 5, results.mean(RatingMetrics::rmse), 1e-12);
  }

  /** The fold made anew, with the training part that was learned from. */
  private static RatingsSplit splitOf(Ratings train, Ratings ratings, int fold) {
    RatingsSplit again = RatingsSplit.folds(ratings, Folds.FIVE, 2).get(fold);
    assertEquals(again.train().size(), train.size());
    return new RatingsSplit(train, again.test());
  }
}
