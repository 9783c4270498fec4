package io.talus.recommend;

/**
 * What a user would think of an item.
 *
 * @param value the predicted rating
 * @param neighbors how many rated neighbours it rests on; 0 when it is the fallback that the
 *     predictor documents
 */
public record Prediction(double value, int neighbors) {
  /** Whether no neighbour had anything to say. */
  public boolean isFallback() {
    return neighbors == 0;
  }
}
