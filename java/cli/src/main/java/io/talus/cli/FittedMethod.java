package io.talus.cli;

import io.talus.recommend.RatingPredictor;
import io.talus.recommend.Recommender;

/**
 * What has learned from ratings.
 *
 * @param predictor or null where it predicts no ratings
 * @param recommender or null where it ranks no items
 */
record FittedMethod(RatingPredictor predictor, Recommender recommender) {

  static <T extends RatingPredictor & Recommender> FittedMethod both(T model) {
    return new FittedMethod(model, model);
  }
}
