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
  private final SoftmaxCrossEntropy loss;
  private final List<LayerBackward> backward = new ArrayList<>();

  /**
   * @param rows of the batch; at most the buffers' rows, of which the first are used
   */
  BatchPlan(Network network, TrainingBuffers buffers, int rows) {
    this.network = network;
    this.device = network.device();
    this.rows = rows;
    int last = network.layers().size() - 1;
    for (int layer = 0; layer <= last; layer++) {
      Tensor pre = buffers.preActivation(layer);
      forward.add(
          new LayerForward(
              network,
              layer,
              buffers.input(layer).rows(0, rows),
              buffers.output(layer).rows(0, rows),
              pre == null ? null : pre.rows(0, rows)));
    }
    Tensor logits = buffers.output(last).rows(0, rows);
    IntTensor targets = buffers.targets().rows(0, rows);
    // The gradient takes the logits' place: nothing reads them afterwards.
    loss = new SoftmaxCrossEntropy(logits, targets, buffers.loss(), logits);
    for (int layer = last; layer >= 0; layer--) {
      Tensor saved = buffers.saved(layer);
      backward.add(
          new LayerBackward(
              network,
              layer,
              new LayerBackward.Operands(
                  buffers.gradients(),
                  buffers.input(layer).rows(0, rows),
                  saved == null ? null : saved.rows(0, rows),
                  buffers.outputGradient(layer).rows(0, rows),
                  layer == 0 ? null : buffers.outputGradient(layer - 1).rows(0, rows))));
    }
  }

  int rows() {
    return rows;
  }

  void run() {
    for (int i = 0; i < forward.size(); i++) {
      forward.get(i).run(device);
    }
    device.softmaxCrossEntropy(loss);
    for (int i = 0; i < backward.size(); i++) {
      backward.get(i).run(device);
    }
  }

  /** Makes the products that give the gradients of weights change the weights instead. */
  void foldUpdate(float learningRate) {
    int last = backward.size() - 1;
    for (int layer = 0; layer <= last; layer++) {
      Tensor weights = network.parameter(layer, Dense.WEIGHT);
      backward.get(last - layer).foldUpdate(weights, learningRate);
    }
  }

  /** Flops of the products of one run. */
  long flops() {
    return rows * network.layers().stream().mapToLong(Layer::flops).sum()
        + backward.stream().mapToLong(LayerBackward::flops).sum();
  }
}
