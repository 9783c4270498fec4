package io.talus.train;

import io.talus.Device;
import io.talus.op.AugmentImages;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;

/**
 * Augmentation, mixing, forward, loss and backward for a fixed number of rows: every op made once,
 * run many times.
 */
final class BatchPlan {
  private final Device device;
  private final int rows;
  private final AugmentImages augmentation;
  private final Chain layers;
  private final SoftmaxCrossEntropy loss;
  private final MixupMemory mixupMemory;
  private final MixupPlan mixup;
  private final FloatBuffer lossValue = FloatBuffer.allocate(1);
  private final long flops;

  /**
   * @param rows of the batch; at most the buffers' rows, of which the first are used
   */
  BatchPlan(Network network, TrainingBuffers buffers, int rows, float labelSmoothing) {
    this.device = network.device();
    this.rows = rows;
    augmentation = buffers.augmentation(rows);
    layers = buffers.chain(rows);
    Tensor logits = buffers.logits().rows(0, rows);
    IntTensor targets = buffers.targets().rows(0, rows);
    loss =
        new SoftmaxCrossEntropy(
            logits, targets, Reduction.MEAN, labelSmoothing, 1, buffers.loss(), logits);
    mixupMemory = buffers.mixup();
    mixup =
        mixupMemory == null
            ? null
            : new MixupPlan(
                mixupMemory,
                buffers.changed(rows),
                logits,
                targets,
                labelSmoothing,
                buffers.loss());
    flops = rows * network.layers().stream().mapToLong(Layer::flops).sum() + layers.backwardFlops();
  }

  int rows() {
    return rows;
  }

  /** Draws what the device does not draw by itself, before the step of this number. */
  void draw(int step) {
    if (mixup != null) {
      mixupMemory.draw(step);
    }
  }

  void run() {
    if (augmentation != null) {
      device.augmentImages(augmentation);
    }
    if (mixup == null) {
      layers.forward(device);
      device.softmaxCrossEntropy(loss);
    } else {
      mixup.mix(device);
      layers.forward(device);
      mixup.loss(device);
    }
    layers.backward(device);
  }

  /** Judges what a search proposes by its loss; no way back. */
  void tryOut(RandomSearch search) {
    search.propose(device);
    layers.forward(device);
    device.softmaxCrossEntropy(loss);
    loss.loss().copyTo(lossValue);
    search.decide(lossValue.get(0), device);
  }

  /** Makes the products that give the gradients of weights, of layers that can, change these. */
  void foldUpdate(float learningRate) {
    layers.foldUpdate(learningRate);
  }

  /** Flops of the products of one run. */
  long flops() {
    return flops;
  }
}
