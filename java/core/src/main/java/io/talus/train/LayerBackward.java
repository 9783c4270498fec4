package io.talus.train;

import io.talus.Device;

/** One layer's way back for a fixed number of rows: its ops, made once and run many times. */
interface LayerBackward {
  void run(Device device);

  /** Flops of the products. */
  default long flops() {
    return 0;
  }

  /**
   * From now on changes the regularized parameters by {@code -learningRate} times their gradient,
   * which then need not be in memory. Called where {@link LayerKind#foldsUpdates} says that it can
   * be.
   */
  default void foldUpdate(float learningRate) {}
}
