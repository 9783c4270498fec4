package io.talus.train;

/**
 * Ends a training when what is held out no longer gets better. The network then is that of its best
 * epoch, also when all epochs were done.
 *
 * <p>The epoch is chosen by the examples held out, so that its result flatters a little: judge by
 * others in the end, see {@link io.talus.data.TestSet}.
 *
 * @param measure what must get better
 * @param patience epochs in a row without a new best, after which training ends
 * @param leastImprovement by how much a new best must be better
 */
public record EarlyStopping(Measure measure, int patience, double leastImprovement) {

  /** What is looked at. */
  public enum Measure {
    /** The mean cross-entropy, to become smaller. */
    LOSS,
    /** The share that is right, to become larger. */
    ACCURACY
  }

  public EarlyStopping {
    if (patience < 1 || !(leastImprovement >= 0)) {
      throw new IllegalArgumentException(
          "early stopping: patience "
              + patience
              + " must be at least 1, the least improvement "
              + leastImprovement
              + " not below 0");
    }
  }

  /** By the loss, any improvement. */
  public static EarlyStopping byLoss(int patience) {
    return new EarlyStopping(Measure.LOSS, patience, 0);
  }

  /** By the accuracy, any improvement. */
  public static EarlyStopping byAccuracy(int patience) {
    return new EarlyStopping(Measure.ACCURACY, patience, 0);
  }

  /** More is better; what is no number is worst. */
  double score(Evaluation heldOut) {
    double score = measure == Measure.LOSS ? -heldOut.loss() : heldOut.accuracy();
    return Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
  }
}
