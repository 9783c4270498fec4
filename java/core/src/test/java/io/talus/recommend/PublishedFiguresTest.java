package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.op.SparseMeasure;
import java.io.IOException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Errors on MovieLens 100K, where it is there, beside those published by Surprise (surpriselib.com)
 * for the same methods: user-based, mean squared difference, k 40, its parameters; five folds of
 * their own, and the split u1 that comes with the data.
 */
class PublishedFiguresTest {
  private static final double TOLERANCE = 0.01;
  private static final long SEED = 1;

  private final Device device = Devices.best();

  private static Ratings read(String name) throws IOException {
    return RatingsReader.read(DataFolder.require("ml-100k/" + name));
  }

  private static Knn nearest40(Centering centering) {
    return Knn.ofUsers(SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE, 40)
        .modelSize(Integer.MAX_VALUE)
        .centering(centering);
  }

  private RatingPredictor basic(Ratings train) {
    return nearest40(Centering.NONE).fit(device, train).orElse(MeanPredictor.ofAll(train));
  }

  private static void assertFigures(
      String what, Function<Ratings, RatingPredictor> recipe, double rmse, double mae)
      throws IOException {
    FoldResults<RatingMetrics> results =
        FoldResults.of(
            RatingsSplit.folds(read("u.data"), Folds.FIVE, SEED), recipe, RatingMetrics::of);
    String found = what + ", seed " + SEED + ": " + results;
    assertEquals(rmse, results.mean(RatingMetrics::rmse), TOLERANCE, found);
    assertEquals(mae, results.mean(RatingMetrics::mae), TOLERANCE, found);
  }

  @Test
  void basic() throws IOException {
    assertFigures("basic", this::basic, 0.98, 0.774);
  }

  @Test
  void withMeans() throws IOException {
    assertFigures("means", train -> nearest40(Centering.MEAN).fit(device, train), 0.951, 0.749);
  }

  @Test
  void withBaselines() throws IOException {
    assertFigures(
        "kNN baselines", train -> nearest40(Centering.BASELINE).fit(device, train), 0.931, 0.733);
  }

  @Test
  void baselinesAlone() throws IOException {
    assertFigures("baselines alone", Baselines::fit, 0.944, 0.748);
  }

  @Test
  void factorization() throws IOException {
    assertFigures("SVD", MatrixFactorization.DEFAULT::fit, 0.934, 0.737);
  }

  @Test
  void basicOnTheFirstSplit() throws IOException {
    RatingsSplit split = RatingsSplit.join(read("u1.base"), read("u1.test"));
    RatingMetrics metrics = RatingMetrics.of(basic(split.train()), split);
    assertEquals(0.9889, metrics.rmse(), 0.002, metrics.toString());
  }
}
