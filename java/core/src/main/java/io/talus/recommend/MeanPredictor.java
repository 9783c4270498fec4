package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;

/** Predicts a mean rating: of all, of the user, or of the item. The simplest fallback. */
public final class MeanPredictor implements RatingPredictor {
  private final Ratings ratings;
  private final Of of;

  private enum Of {
    ALL,
    USER,
    ITEM
  }

  private MeanPredictor(Ratings ratings, Of of) {
    Indices.requireRating(ratings);
    this.ratings = ratings;
    this.of = of;
  }

  /**
   * The mean of all ratings.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static MeanPredictor ofAll(Ratings ratings) {
    return new MeanPredictor(ratings, Of.ALL);
  }

  /**
   * The mean of the user's ratings; of all where the user has none.
   *
   * @throws IllegalArgumentException when there is no rating
   */
  public static MeanPredictor ofUser(Ratings ratings) {
    return new MeanPredictor(ratings, Of.USER);
  }

  /**
   * The mean of the item's ratings; of all where it has none.
   *
   * @throws IllegalArgumentException when there is no rating
   */
  public static MeanPredictor ofItem(Ratings ratings) {
    return new MeanPredictor(ratings, Of.ITEM);
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  @Override
  public Prediction predict(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    return switch (of) {
      case ALL -> new Prediction(ratings.mean(), 0, Prediction.Lack.NOTHING);
      case USER -> mean(ratings.byUser(), user, Prediction.Lack.USER_WITHOUT_RATINGS);
      case ITEM -> mean(ratings.byItem(), item, Prediction.Lack.ITEM_WITHOUT_RATINGS);
    };
  }

  private Prediction mean(RatingsMatrix rows, int row, Prediction.Lack lack) {
    return rows.size(row) > 0
        ? new Prediction(rows.mean(row), 0, Prediction.Lack.NOTHING)
        : new Prediction(ratings.mean(), 0, lack);
  }
}
