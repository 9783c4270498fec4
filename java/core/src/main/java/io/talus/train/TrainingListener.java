package io.talus.train;

/** Hears how a training goes on, on the thread that trains. Epochs and batches count from 1. */
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * A batch was learned.
   *
   * @param batches in the epoch
   * @param loss the batch's mean cross-entropy before its update
   */
  default void batchDone(int epoch, int batch, int batches, float loss) {}

  /** An epoch is over. */
  default void epochDone(EpochResult result) {}
}
