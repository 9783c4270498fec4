package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.op.ArgMax;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges a network on the same examples as often as asked. A dataset is kept on the device, other
 * sources are read a block ahead each time.
 */
final class Evaluator implements AutoCloseable {
  private static final String EVALUATION = "evaluation";

  private final Network network;
  private final int[] labels;
  private final Workspace memory;
  private final Tensor losses;
  private final IntTensor predicted;
  private final List<Block> blocks = new ArrayList<>();
  private final StreamingFeed feed;
  private final float[] logits;
  private final int[] ranks;

  /** Some rows of the examples and what is done with them. */
  private record Block(LogitsPlan forward, ArgMax argMax, SoftmaxCrossEntropy loss) {
    void run(Device device) {
      forward.run();
      device.argMax(argMax);
      device.softmaxCrossEntropy(loss);
    }
  }

  /**
   * @param views of each example, or null for the example as it is
   * @param readers threads that read ahead, where that is done
   */
  Evaluator(Network network, ExampleSource examples, Views views, int readers) {
    network.requireFits(examples, EVALUATION);
    this.network = network;
    this.labels = examples.labels();
    int most = Inference.blockRows(network.layers(), labels.length);
    logits = new float[most * network.classes()];
    ranks = new int[labels.length];
    memory = network.device().workspace();
    try {
      losses = memory.tensor(labels.length);
      predicted = memory.ints(labels.length);
      LogitsPlan.Buffers buffers = LogitsPlan.Buffers.of(network, most, views, memory);
      if (examples instanceof Dataset data) {
        feed = null;
        planKept(data, most, buffers);
      } else {
        Tensor x = memory.tensor(most, network.inputs());
        IntTensor targets = memory.labels(network.classes(), most);
        planRead(x, targets, buffers);
        feed = new StreamingFeed(examples, network, EVALUATION, x, targets, readers);
      }
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
  }

  private void planKept(Dataset data, int most, LogitsPlan.Buffers buffers) {
    Tensor features = data.upload(memory);
    IntTensor targets = data.uploadLabels(memory);
    for (int from = 0; from < labels.length; from += most) {
      int to = Math.min(labels.length, from + most);
      plan(new LogitsPlan(network, features.rows(from, to), buffers), targets.rows(from, to), from);
    }
  }

  /** All blocks take the same rows of x, the last one perhaps fewer. */
  private void planRead(Tensor x, IntTensor targets, LogitsPlan.Buffers buffers) {
    int most = Math.toIntExact(x.rows());
    LogitsPlan full = new LogitsPlan(network, x, buffers);
    for (int from = 0; from < labels.length; from += most) {
      int count = Math.min(most, labels.length - from);
      LogitsPlan forward =
          count == most ? full : new LogitsPlan(network, x.rows(0, count), buffers);
      plan(forward, targets.rows(0, count), from);
    }
  }

  private void plan(LogitsPlan forward, IntTensor targets, int from) {
    long to = from + forward.logits().rows();
    blocks.add(
        new Block(
            forward,
            new ArgMax(forward.logits(), predicted.rows(from, to)),
            new SoftmaxCrossEntropy(
                forward.logits(), targets, Reduction.NONE, 0, 1, losses.rows(from, to), null)));
  }

  Evaluation evaluate() {
    int done = 0;
    for (int i = 0; i < blocks.size(); i++) {
      if (feed != null) {
        feed.load(i);
      }
      blocks.get(i).run(network.device());
      done = rank(blocks.get(i).forward.logits(), done);
    }
    double sum = 0;
    for (float loss : losses.toArray()) {
      sum += loss;
    }
    return new Evaluation(
        sum / labels.length, network.classes(), labels, predicted.toArray(), ranks);
  }

  /** Ranks the classes of the rows from {@code row} on; the row after the last. */
  private int rank(Tensor found, int row) {
    int classes = network.classes();
    found.copyTo(FloatBuffer.wrap(logits, 0, (int) found.size()));
    for (int at = 0; at < found.size(); at += classes, row++) {
      ranks[row] = rank(at, classes, labels[row]);
    }
    return row;
  }

  /** How many classes come before the label; a NaN puts the label behind. */
  private int rank(int from, int classes, int label) {
    float own = logits[from + label];
    int before = 0;
    for (int c = 0; c < classes; c++) {
      float other = logits[from + c];
      boolean isBehind = c == label || other < own || (other == own && c > label);
      before += isBehind ? 0 : 1;
    }
    return before;
  }

  @Override
  public void close() {
    if (feed != null) {
      feed.close();
    }
    memory.close();
  }
}
