package io.talus.train;

import java.lang.System.Logger.Level;

/** Hears how a training goes on, on the thread that trains. Epochs and batches count from 1. */
public interface TrainingListener {
  /** Hears nothing; advice is logged. */
  TrainingListener NONE = new TrainingListener() {};

  /** What to expect of these examples, said before training; logged as a warning unless heard. */
  default void advised(String advice) {
    System.getLogger("io.talus").log(Level.WARNING, "training: " + advice);
  }

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
