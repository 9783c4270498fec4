package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Axpby;
import io.talus.tensor.Tensor;

/**
 * The exponential moving average of a network's parameters over its steps. It begins at 0 and is
 * divided by {@code 1 - decay^steps} when it is read, so that the first steps count as much as they
 * should and the first values, before any step, not at all.
 */
final class WeightAverage {
  private final float decay;
  private final Tensor sum;
  private final Axpby add;

  /**
   * @param decay in (0, 1)
   */
  WeightAverage(Network network, float decay, Workspace memory) {
    this.decay = decay;
    sum = memory.tensor(network.values().size());
    add = new Axpby(1 - decay, network.values(), decay, sum);
  }

  /** What goes from step to step. */
  Tensor sum() {
    return sum;
  }

  /** After each step. */
  void run(Device device) {
    device.axpby(add);
  }

  /**
   * Writes the average over so many steps, at least one.
   *
   * @param target as large as the network's parameters
   */
  void copyTo(Tensor target, int steps, Device device) {
    // Of the factor in float, as the sum was made with it.
    double weight = 1 - Math.pow(decay, steps);
    device.axpby(new Axpby((float) (1 / weight), sum, 0, target));
  }
}
