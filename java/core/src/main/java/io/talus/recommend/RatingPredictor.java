package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;

/** Predicts ratings. */
public interface RatingPredictor {
  /** What it learned from; its indices are those of {@link #predict(int, int)}. */
  Ratings ratings();

  /**
   * What the user would think of the item. Safe for use from several threads.
   *
   * @throws IndexOutOfBoundsException when there is no such user or item
   */
  Prediction predict(int user, int item);

  /**
   * What the user would think of the item, both by id.
   *
   * @throws IllegalArgumentException when there is no such user or item
   */
  default Prediction predict(String user, String item) {
    return predict(ratings().userIndex(user), ratings().itemIndex(item));
  }

  /**
   * Predicts for every user and item that have a rating in {@code pairs}.
   *
   * @param pairs with the same indices as {@link #ratings}, as the parts of a split have
   * @return for each place of {@code pairs.byUser()}
   * @throws IllegalArgumentException when the indices may mean other users or items
   */
  default Prediction[] predictAll(Ratings pairs) {
    pairs.requireSameIds(ratings());
    RatingsMatrix byUser = pairs.byUser();
    Prediction[] predictions = new Prediction[pairs.size()];
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        predictions[place] = predict(user, byUser.column(place));
      }
    }
    return predictions;
  }

  /**
   * This predictor, and where it has no value the value of another.
   *
   * @throws IllegalArgumentException when the other learned from other ratings
   */
  default RatingPredictor orElse(RatingPredictor fallback) {
    return new PredictorWithFallback(this, fallback);
  }
}
