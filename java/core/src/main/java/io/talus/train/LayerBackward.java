package io.talus.train;

import io.talus.Device;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.op.Axis;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;

/**
 * One layer's way back for a fixed number of rows, planned. With dY the gradient of the output and
 * z what the activation was applied to:
 *
 * <pre>
 * dZ = dY * activation'(z), in dY's place;  db = column sums of dZ;  dX = dZ W^T;  dW = x^T dZ
 * </pre>
 *
 * Or, where the update of the weights is folded in, {@code W -= learningRate x^T dZ} in place of
 * dW, which then is never in memory.
 */
final class LayerBackward {
  private final ActivationGradient activation;
  private final Reduce biasAlone;
  private Gemm weight;
  private final Gemm input;

  /**
   * What a way back reads and writes.
   *
   * @param gradients of all parameters, laid out as the network's values
   * @param x rows x inputs: the layer's input
   * @param saved rows x outputs: the output, or what the activation was applied to where it needs
   *     that
   * @param dY rows x outputs: overwritten
   * @param dX rows x inputs: written; null for the first layer, whose input has no use for it
   */
  record Operands(Tensor gradients, Tensor x, Tensor saved, Tensor dY, Tensor dX) {}

  LayerBackward(Network network, int layer, Operands operands) {
    Dense dense = (Dense) network.layers().get(layer);
    Tensor dW = network.layout().view(operands.gradients, layer, Dense.WEIGHT);
    Tensor dB = network.layout().view(operands.gradients, layer, Dense.BIAS);
    Tensor dZ = operands.dY;
    boolean bare = dense.activation() == Activation.IDENTITY;
    activation =
        bare ? null : new ActivationGradient(dense.activation(), dZ, operands.saved, dZ, 0, dB);
    biasAlone = bare ? new Reduce(ReduceFunction.SUM, Axis.EACH_COLUMN, dZ, dB) : null;
    weight = new Gemm(Transpose.YES, Transpose.NO, operands.x, dZ, dW);
    input =
        operands.dX == null
            ? null
            : new Gemm(
                Transpose.NO,
                Transpose.YES,
                dZ,
                network.parameter(layer, Dense.WEIGHT),
                operands.dX);
  }

  void run(Device device) {
    if (activation != null) {
      device.activationGradient(activation);
    } else {
      device.reduce(biasAlone);
    }
    if (input != null) {
      device.gemm(input);
    }
    device.gemm(weight); // last: it may change W
  }

  /** Folds {@code W -= learningRate dW} into the product that gives dW, from now on. */
  void foldUpdate(Tensor weights, float learningRate) {
    weight =
        new Gemm(
            Transpose.YES,
            Transpose.NO,
            -learningRate,
            weight.a(),
            weight.b(),
            1,
            weights,
            Epilogue.NONE);
  }

  /** Flops of the products. */
  long flops() {
    return weight.flops() + (input == null ? 0 : input.flops());
  }
}
