package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.op.ArgMax;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Judges a network on one dataset, which it keeps on the device, as often as asked. */
final class Evaluator implements AutoCloseable {
  private final Network network;
  private final int[] labels;
  private final Workspace memory;
  private final Tensor losses;
  private final IntTensor predicted;
  private final List<Block> blocks = new ArrayList<>();
  private final float[] logits;
  private final int[] ranks;

  /** Some rows of the dataset and what is done with them. */
  private record Block(LogitsPlan forward, ArgMax argMax, SoftmaxCrossEntropy loss) {
    void run(Device device) {
      forward.run();
      device.argMax(argMax);
      device.softmaxCrossEntropy(loss);
    }
  }

  Evaluator(Network network, Dataset examples) {
    this(network, examples, null);
  }

  /**
   * @param views of each example, or null for the example as it is
   */
  Evaluator(Network network, Dataset examples, Views views) {
    network.requireFits(examples, "evaluation");
    this.network = network;
    this.labels = examples.labels();
    int rows = examples.rows();
    int most = Math.min(rows, Inference.BLOCK_ROWS);
    logits = new float[most * network.classes()];
    ranks = new int[rows];
    memory = network.device().workspace();
    try {
      Tensor features = examples.upload(memory);
      IntTensor targets = examples.uploadLabels(memory);
      losses = memory.tensor(rows);
      predicted = memory.ints(rows);
      LogitsPlan.Buffers buffers = LogitsPlan.Buffers.of(network, most, views, memory);
      for (int from = 0; from < rows; from += most) {
        int to = Math.min(rows, from + most);
        LogitsPlan forward = new LogitsPlan(network, features.rows(from, to), buffers);
        blocks.add(
            new Block(
                forward,
                new ArgMax(forward.logits(), predicted.rows(from, to)),
                new SoftmaxCrossEntropy(
                    forward.logits(),
                    targets.rows(from, to),
                    Reduction.NONE,
                    0,
                    1,
                    losses.rows(from, to),
                    null)));
      }
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
  }

  Evaluation evaluate() {
    int done = 0;
    for (Block block : blocks) {
      block.run(network.device());
      done = rank(block.forward.logits(), done);
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
    memory.close();
  }
}
