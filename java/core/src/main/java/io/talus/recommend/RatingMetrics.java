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
 * none. Nothing is left out: a predictor that cannot predict one of them is not judged.
 *
 * @param count the number n of ratings
 * @param fallbacks how many of the predictions are {@linkplain Prediction#isFallback fallbacks}
 */
public record RatingMetrics(int count, int fallbacks, double rmse, double mae) {

  /**
   * Predicts every rating of the held-out part.
   *
   * @throws IllegalArgumentException when the predictor did not learn from {@code split.train()}
   * @throws IllegalStateException when it has no value for some of them: give it a fallback ({@link
   *     RatingPredictor#orElse})
   */
  public static RatingMetrics of(RatingPredictor predictor, RatingsSplit split) {
    if (predictor.ratings() != split.train()) {
      throw new IllegalArgumentException(
          "the predictor learned from " + predictor.ratings() + ", not from split.train()");
    }
    RatingsMatrix held = split.test().byUser();
    Prediction[] predictions = predictor.predictAll(split.test());
    requireAll(predictions, split);
    double squares = 0;
    double absolutes = 0;
    int fallbacks = 0;
    for (int place = 0; place < predictions.length; place++) {
      double error = predictions[place].value() - held.value(place);
      squares += error * error;
      absolutes += Math.abs(error);
      fallbacks += predictions[place].isFallback() ? 1 : 0;
    }
    int count = held.size();
    return new RatingMetrics(count, fallbacks, Math.sqrt(squares / count), absolutes / count);
  }

  private static void requireAll(Prediction[] predictions, RatingsSplit split) {
    RatingsMatrix held = split.test().byUser();
    int missing = 0;
    String first = "";
    for (int user = 0; user < held.rows(); user++) {
      for (int place = held.start(user); place < held.end(user); place++) {
        if (!predictions[place].isPossible() && missing++ == 0) {
          String userId = split.test().userId(user);
          String itemId = split.test().itemId(held.column(place));
          String lack = predictions[place].lack().toString();
          first = "user '" + userId + "', item '" + itemId + "' (" + lack + ")";
        }
      }
    }
    if (missing > 0) {
      throw new IllegalStateException(
          String.format(
              "no prediction for %d of %d held-out ratings, the first %s: give the predictor a"
                  + " fallback with orElse",
              missing, predictions.length, first));
    }
  }
}
