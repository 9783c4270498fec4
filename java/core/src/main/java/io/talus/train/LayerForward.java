package io.talus.train;

import io.talus.Device;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;

/**
 * One layer's way forward for a fixed number of rows, planned: {@code output = activation(x W +
 * b)}.
 */
final class LayerForward {
  private final Gemm product;

  /**
   * @param input rows x inputs
   * @param output rows x outputs, written
   * @param preActivation as the output, or null where the way back does not need it
   */
  LayerForward(Network network, int layer, Tensor input, Tensor output, Tensor preActivation) {
    Dense dense = (Dense) network.layers().get(layer);
    product =
        new Gemm(
            Transpose.NO,
            Transpose.NO,
            1,
            input,
            network.parameter(layer, Dense.WEIGHT),
            0,
            output,
            new Epilogue(network.parameter(layer, Dense.BIAS), dense.activation(), preActivation));
  }

  void run(Device device) {
    device.gemm(product);
  }
}
