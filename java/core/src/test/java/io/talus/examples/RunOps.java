package io.talus.examples;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Softmax;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;

/** Operations on tensors: a layer with bias and ReLU in one product, then softmax in place. */
final class RunOps {
  private RunOps() {}

  static float[] probabilities(float[] examples, float[] weights, float[] biases) {
    Device device = Devices.best();
    try (Workspace memory = device.workspace()) {
      Tensor x = memory.tensor(examples, 2, 3);
      Tensor w = memory.tensor(weights, 3, 2);
      Epilogue layer = Epilogue.bias(memory.tensor(biases, 2), Activation.RELU);
      Tensor y = memory.tensor(2, 2);
      device.gemm(new Gemm(Transpose.NO, Transpose.NO, 1, x, w, 0, y, layer));
      device.softmax(new Softmax(y, y));
      return y.toArray();
    }
  }
}
