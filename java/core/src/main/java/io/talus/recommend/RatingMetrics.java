package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;

/**
 * How far predicted ratings p are from the n held-out ratings r of a split.
 *
 * <pre>
 *   rmse = sqrt(sum of (p - r)^2 / n)
 *   mae  = sum of |p - r| / n
 * </pre>
 *
 * Both count every held-out rating, the predictor's fallbacks included, and are NaN where there is
 * none.
 *
 * @param count the number n of ratings
 * @param fallbacks how many of the predictions rest on no neighbour
 */
public record RatingMetrics(int count, int fallbacks, double rmse, double mae) {

  /**
   * Predicts every rating of the held-out part.
   *
   * @throws IllegalArgumentException when the predictor did not learn from {@code split.train()}
   */
  public static RatingMetrics of(RatingPredictor predictor, RatingsSplit split) {
    if (predictor.ratings() != split.train()) {
      throw new IllegalArgumentException(
          "the predictor learned from " + predictor.ratings() + ", not from split.train()");
    }
    RatingsMatrix held = split.test().byUser();
    double squares = 0;
    double absolutes = 0;
    int fallbacks = 0;
    for (int user = 0; user < held.rows(); user++) {
      for (int place = held.start(user); place < held.end(user); place++) {
        Prediction prediction = predictor.predict(user, held.column(place));
        double error = prediction.value() - held.value(place);
        squares += error * error;
        absolutes += Math.abs(error);
        fallbacks += prediction.isFallback() ? 1 : 0;
      }
    }
    int count = held.size();
    return new RatingMetrics(count, fallbacks, Math.sqrt(squares / count), absolutes / count);
  }
}
