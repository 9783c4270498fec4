package io.talus.recommend;

import io.talus.data.Ratings;

/** Predicts ratings. */
public interface RatingPredictor {
  /** What it learned from; its indices are those of {@link #predict(int, int)}. */
  Ratings ratings();

  /**
   * What the user would think of the item.
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
}
