package io.talus.recommend;

/**
 * What a user would think of an item.
 *
 * @param value the predicted rating; NaN where the predictor has none
 * @param neighbors how many rated neighbours it rests on; 0 for predictors without neighbours
 * @param lack what was missing for the prediction proper; where there is a value all the same, it
 *     is what the predictor documents for that case, or a fallback's
 */
public record Prediction(double value, int neighbors, Lack lack) {
  /** What may be missing for a prediction. */
  public enum Lack {
    NOTHING,
    /** The user has rated nothing. */
    USER_WITHOUT_RATINGS,
    /** Nobody has rated the item. */
    ITEM_WITHOUT_RATINGS,
    /** Fewer neighbours have something to say than the predictor asks for. */
    TOO_FEW_NEIGHBORS
  }

  /** Whether there is a value. */
  public boolean isPossible() {
    return !Double.isNaN(value);
  }

  /** Whether it is only what is left where something was missing. */
  public boolean isFallback() {
    return lack != Lack.NOTHING;
  }
}
