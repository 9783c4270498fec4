package io.talus.train;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Axis;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.tensor.Tensor;

/**
 * The way back through a bias and an activation: with z what the activation was applied to, {@code
 * dZ = dY * activation'(z)}, in dY's place, and {@code db = column sums of dZ}.
 */
final class ActivationBackward {
  private final ActivationGradient both;
  private final Reduce biasAlone;

  /**
   * @param y the activation's output
   * @param z its input, where its derivative needs that; else null
   */
  ActivationBackward(Activation activation, Tensor dY, Tensor y, Tensor z, Tensor dB) {
    boolean bare = activation == Activation.IDENTITY;
    Tensor saved = z == null ? y : z;
    both = bare ? null : new ActivationGradient(activation, dY, saved, dY, 0, dB);
    biasAlone = bare ? new Reduce(ReduceFunction.SUM, Axis.EACH_COLUMN, dY, dB) : null;
  }

  void run(Device device) {
    if (both != null) {
      device.activationGradient(both);
    } else {
      device.reduce(biasAlone);
    }
  }
}
