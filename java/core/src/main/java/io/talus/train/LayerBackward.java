package io.talus.train;

import io.talus.Device;
import io.talus.tensor.Tensor;
import java.util.List;

/** One layer's way back for a fixed number of rows: its ops, made once and run many times. */
interface LayerBackward {
  void run(Device device);

  /** Flops of the products. */
  default long flops() {
    return 0;
  }

  /**
   * From now on changes what is regularized by {@code -learningRate} times its gradient, which then
   * need not be in memory. Called where {@link LayerKind#foldsUpdates} says that it can be.
   */
  default void foldUpdate(List<Tensor> parameters, float learningRate) {}
}
