package io.talus.train;

import io.talus.Device;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Forward, loss and backward for a fixed number of rows: every op made once, run many times. */
final class BatchPlan {
  private final Network network;
  private final Device device;
  private final int rows;
  private final List<LayerForward> forward = new ArrayList<>();
  private final List<LayerBackward> backward = new ArrayList<>();
  private final SoftmaxCrossEntropy loss;

  /**
   * @param rows of the batch; at most the buffers' rows, of which the first are used
   */
  BatchPlan(Network network, TrainingBuffers buffers, int rows) {
    this.network = network;
    this.device = network.device();
    this.rows = rows;
    List<Layer> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      LayerKind<Layer> kind = LayerKind.of(layers.get(i));
      LayerArrays arrays = buffers.arrays(i, rows);
      forward.add(kind.forward(layers.get(i), arrays));
      backward.add(kind.backward(layers.get(i), arrays));
    }
    Tensor logits = buffers.logits(rows);
    IntTensor targets = buffers.targets().rows(0, rows);
    // The gradient takes the logits' place: nothing reads them afterwards.
    loss = new SoftmaxCrossEntropy(logits, targets, buffers.loss(), logits);
  }

  int rows() {
    return rows;
  }

  void run() {
    for (int i = 0; i < forward.size(); i++) {
      forward.get(i).run(device);
    }
    device.softmaxCrossEntropy(loss);
    for (int i = backward.size() - 1; i >= 0; i--) {
      backward.get(i).run(device);
    }
  }

  /** Makes the products that give the gradients of weights change the weights instead. */
  void foldUpdate(float learningRate) {
    for (int layer = 0; layer < backward.size(); layer++) {
      backward.get(layer).foldUpdate(network.parameters(layer), learningRate);
    }
  }

  /** Flops of the products of one run. */
  long flops() {
    return rows * network.layers().stream().mapToLong(Layer::flops).sum()
        + backward.stream().mapToLong(LayerBackward::flops).sum();
  }
}
