package io.talus.train;

import java.util.Arrays;

/** What a network says of each of some examples. */
public final class Predictions {
  private final int classes;
  private final int[] predicted;
  private final float[] probabilities;

  Predictions(int classes, int[] predicted, float[] probabilities) {
    this.classes = classes;
    this.predicted = predicted;
    this.probabilities = probabilities;
  }

  /** Examples. */
  public int rows() {
    return predicted.length;
  }

  public int classes() {
    return classes;
  }

  /** The most probable class of an example; of equals the smaller. */
  public int predictedClass(int row) {
    return predicted[row];
  }

  /** The most probable class of every example. */
  public int[] predictedClasses() {
    return predicted.clone();
  }

  /** How probable the network holds a class for an example. */
  public float probability(int row, int classNumber) {
    if (classNumber < 0 || classNumber >= classes) {
      throw new IndexOutOfBoundsException("class " + classNumber + " of " + classes);
    }
    return probabilities[row * classes + classNumber];
  }

  /** How probable the network holds its own answer for an example. */
  public float confidence(int row) {
    return probability(row, predicted[row]);
  }

  /** The probabilities of every class for an example. */
  public float[] probabilities(int row) {
    return Arrays.copyOfRange(probabilities, row * classes, (row + 1) * classes);
  }
}
