package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;

/** A predictor, and another for what it cannot predict. */
record PredictorWithFallback(RatingPredictor first, RatingPredictor fallback)
    implements RatingPredictor {

  PredictorWithFallback {
    if (first.ratings() != fallback.ratings()) {
      throw new IllegalArgumentException(
          "the fallback learned from " + fallback.ratings() + ", not from " + first.ratings());
    }
  }

  @Override
  public Ratings ratings() {
    return first.ratings();
  }

  @Override
  public Prediction predict(int user, int item) {
    return orElse(first.predict(user, item), user, item);
  }

  @Override
  public Prediction[] predictAll(Ratings pairs) {
    Prediction[] predictions = first.predictAll(pairs);
    RatingsMatrix byUser = pairs.byUser();
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        predictions[place] = orElse(predictions[place], user, byUser.column(place));
      }
    }
    return predictions;
  }

  private Prediction orElse(Prediction prediction, int user, int item) {
    return prediction.isPossible()
        ? prediction
        : new Prediction(fallback.predict(user, item).value(), 0, prediction.lack());
  }
}
