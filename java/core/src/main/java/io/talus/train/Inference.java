package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.op.ArgMax;
import io.talus.op.Softmax;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;

/** Classes and probabilities of any number of rows, a block of them at a time. */
final class Inference {
  /** The most rows of a block: enough to fill a device, few enough to stay in its caches. */
  static final int BLOCK_ROWS = 1024;

  /** What the layers of a block may work in: fewer rows where these are large. */
  static final long BLOCK_BYTES = 64L << 20;

  private Inference() {}

  /** How many rows to send through these layers at a time, of all there are; at least one. */
  static int blockRows(List<Layer> layers, int rows) {
    long rowBytes =
        layers.get(0).inputs() * (long) Float.BYTES
            + MemoryCount.of(memory -> Chain.memory(layers, 1, false, memory));
    return (int) Math.min(Math.min(rows, BLOCK_ROWS), Math.max(1, BLOCK_BYTES / rowBytes));
  }

  /** Copies the rows from {@code from} on to a tensor that has as many as are wanted. */
  private interface Source {
    void copyRows(int from, Tensor target);
  }

  /**
   * @param views of each example, or null for the example as it is
   */
  static Predictions run(Network network, ExampleSource examples, Views views) {
    try (Block block = new Block(network, examples.rows(), views)) {
      if (examples instanceof Dataset data) {
        return block.run(data::copyRows);
      }
      IntTensor classes = block.memory.labels(network.classes(), block.x.rows());
      try (StreamingFeed feed =
          new StreamingFeed(
              examples, network, "predict", block.x, classes, StreamingFeed.usualReaders())) {
        return block.run((from, target) -> feed.load((int) (from / block.x.rows())));
      }
    }
  }

  static Predictions run(Network network, float[] features) {
    int inputs = network.inputs();
    if (features.length == 0 || features.length % inputs != 0) {
      throw new IllegalArgumentException(
          "predict: " + features.length + " values do not make rows of " + inputs + " features");
    }
    for (int i = 0; i < features.length; i++) {
      if (!Float.isFinite(features[i])) {
        throw new IllegalArgumentException(
            "predict: feature " + i % inputs + " of row " + i / inputs + " is " + features[i]);
      }
    }
    EmbeddingLayer.requireIds(network, "predict", 0, features, 0, features.length);
    try (Block block = new Block(network, features.length / inputs, null)) {
      return block.run(
          (from, target) ->
              target.copyFrom(FloatBuffer.wrap(features, from * inputs, (int) target.size())));
    }
  }

  /** What a block of rows goes through, and room for it. */
  private static final class Block implements AutoCloseable {
    private final Network network;
    private final int rows;
    private final Workspace memory;
    private final Tensor x;
    private final IntTensor best;
    private final LogitsPlan.Buffers buffers;

    Block(Network network, int rows, Views views) {
      this.network = network;
      this.rows = rows;
      int most = blockRows(network.layers(), rows);
      memory = network.device().workspace();
      try {
        x = memory.tensor(most, network.inputs());
        best = memory.ints(most);
        buffers = LogitsPlan.Buffers.of(network, most, views, memory);
      } catch (RuntimeException failed) {
        memory.close();
        throw failed;
      }
    }

    Predictions run(Source source) {
      int classes = network.classes();
      int most = Math.toIntExact(x.rows());
      float[] probabilities = new float[Math.multiplyExact(rows, classes)];
      int[] predicted = new int[rows];
      for (int from = 0; from < rows; from += most) {
        int count = Math.min(most, rows - from);
        source.copyRows(from, x.rows(0, count));
        Tensor found = classify(network, x.rows(0, count), buffers, best.rows(0, count));
        found.copyTo(FloatBuffer.wrap(probabilities, from * classes, count * classes));
        best.rows(0, count).copyTo(IntBuffer.wrap(predicted, from, count));
      }
      return new Predictions(classes, predicted, probabilities);
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** The probabilities, in the logits' place; {@code best} gets the classes. */
  private static Tensor classify(
      Network network, Tensor x, LogitsPlan.Buffers buffers, IntTensor best) {
    LogitsPlan plan = new LogitsPlan(network, x, buffers);
    plan.run();
    Device device = network.device();
    device.argMax(new ArgMax(plan.logits(), best));
    device.softmax(new Softmax(plan.logits(), plan.logits()));
    return plan.logits();
  }
}
