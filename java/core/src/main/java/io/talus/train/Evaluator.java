package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.op.ArgMax;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
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

  /** Some rows of the dataset and what is done with them. */
  private record Block(ForwardPlan forward, ArgMax argMax, SoftmaxCrossEntropy loss) {
    void run(Device device) {
      forward.run();
      device.argMax(argMax);
      device.softmaxCrossEntropy(loss);
    }
  }

  Evaluator(Network network, Dataset examples) {
    network.requireFits(examples, "evaluation");
    this.network = network;
    this.labels = examples.labels();
    int rows = examples.rows();
    memory = network.device().workspace();
    try {
      Tensor features = examples.upload(memory);
      IntTensor targets = examples.uploadLabels(memory);
      losses = memory.tensor(rows);
      predicted = memory.ints(rows);
      int most = Math.min(rows, Inference.BLOCK_ROWS);
      List<Tensor> outputs = ForwardPlan.outputs(network, most, memory);
      for (int from = 0; from < rows; from += most) {
        int to = Math.min(rows, from + most);
        ForwardPlan forward = new ForwardPlan(network, features.rows(from, to), outputs);
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
    for (Block block : blocks) {
      block.run(network.device());
    }
    double sum = 0;
    for (float loss : losses.toArray()) {
      sum += loss;
    }
    return new Evaluation(sum / labels.length, network.classes(), labels, predicted.toArray());
  }

  @Override
  public void close() {
    memory.close();
  }
}
