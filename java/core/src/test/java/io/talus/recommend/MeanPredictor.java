package io.talus.recommend;

import io.talus.data.Ratings;

/** Predicts the mean rating of all, whoever asks for whatever: what any predictor must beat. */
record MeanPredictor(Ratings ratings) implements RatingPredictor {
  @Override
  public Prediction predict(int user, int item) {
    return new Prediction(ratings.mean(), 0);
  }
}
