package io.talus.train;

/** The loss became NaN or infinite, so that nothing could be learned any more. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int batch;
  private final int layer;

  /**
   * @param what is not finite
   * @param where it began
   * @param advice in the end; may be empty
   */
  TrainingDivergedException(
      int epoch, int batch, String what, NotFinite.Place where, float learningRate, String advice) {
    super(
        "training: "
            + what
            + " in epoch "
            + epoch
            + ", batch "
            + batch
            + ": "
            + where.text()
            + "; the network is as it was before that epoch. A smaller learning rate (it is "
            + learningRate
            + ") or features of smaller size help most often"
            + advice);
    this.epoch = epoch;
    this.batch = batch;
    this.layer = where.layer();
  }

  /** Counted from 1. */
  public int epoch() {
    return epoch;
  }

  /** Within the epoch, counted from 1. */
  public int batch() {
    return batch;
  }

  /**
   * Where it began, counted from 0 as in {@link Network#parameter}: the first layer whose output
   * was not finite; or, where only the update made it so, the last one with parameters that are
   * not.
   */
  public int layer() {
    return layer;
  }
}
