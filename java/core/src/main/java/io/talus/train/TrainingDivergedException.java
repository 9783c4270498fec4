package io.talus.train;

/** The loss became NaN or infinite, so that nothing could be learned any more. */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int batch;

  TrainingDivergedException(int epoch, int batch, float loss, float learningRate) {
    super(
        "training: the loss is "
            + loss
            + " in epoch "
            + epoch
            + ", batch "
            + batch
            + "; the network is as it was before that epoch. A smaller learning rate (it is "
            + learningRate
            + ") or features of smaller size help most often");
    this.epoch = epoch;
    this.batch = batch;
  }

  /** Counted from 1. */
  public int epoch() {
    return epoch;
  }

  /** Within the epoch, counted from 1. */
  public int batch() {
    return batch;
  }
}
