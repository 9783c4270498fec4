package io.talus.train;

import io.talus.Device;
import io.talus.op.Axis;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Mixup} for a fixed number of rows: its ops before the layers, and those after them that
 * give the loss and its gradient. The loss for two labels is that of the same logits twice.
 */
final class MixupPlan {
  private final List<Binary> mixing = new ArrayList<>();
  private final List<SoftmaxCrossEntropy> losses = new ArrayList<>();
  private final List<Binary> weighing = new ArrayList<>();
  private final Reduce sum;
  private final Axpby mean;

  /** Rows one after another that are mixed with as many others. */
  private record Part(int from, int other, int count) {
    Tensor of(Tensor rows) {
      return rows.rows(from, from + count);
    }

    Tensor othersOf(Tensor rows) {
      return rows.rows(other, other + count);
    }

    IntTensor othersOf(IntTensor rows) {
      return rows.rows(other, other + count);
    }
  }

  /** Each half with the other, and an odd row with itself. */
  private static List<Part> parts(int rows) {
    int half = rows / 2;
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(0, half, half));
    parts.add(new Part(half, 0, half));
    parts.add(new Part(2 * half, 2 * half, rows % 2));
    parts.removeIf(part -> part.count == 0);
    return parts;
  }

  /**
   * @param x what is mixed
   * @param logits of the mixed rows, whose place their gradient takes
   * @param loss gets the mean
   */
  MixupPlan(
      MixupMemory memory,
      Tensor x,
      Tensor logits,
      IntTensor targets,
      float labelSmoothing,
      Tensor loss) {
    int rows = Math.toIntExact(x.rows());
    List<Part> parts = parts(rows);
    Tensor mixed = memory.mixed().rows(0, rows);
    Tensor rest = memory.rest().rows(0, rows);
    mixing.add(scaled(x, memory.share(), mixed));
    mixing.add(scaled(x, memory.otherShare(), rest));
    for (Part part : parts) {
      mixing.add(added(part.of(mixed), part.othersOf(rest)));
    }
    Tensor each = memory.losses().rows(0, 1 + parts.size());
    Tensor own = memory.gradients().rows(0, rows);
    float scale = 1f / rows;
    losses.add(
        new SoftmaxCrossEntropy(
            logits, targets, Reduction.SUM, labelSmoothing, scale, each.rows(0, 1), own));
    for (int i = 0; i < parts.size(); i++) {
      Tensor part = parts.get(i).of(logits);
      losses.add(
          new SoftmaxCrossEntropy(
              part,
              parts.get(i).othersOf(targets),
              Reduction.SUM,
              labelSmoothing,
              scale,
              each.rows(i + 1, i + 2),
              part));
    }
    Tensor others = each.rows(1, each.size());
    weighing.add(scaled(each.rows(0, 1), memory.share(), each.rows(0, 1)));
    weighing.add(scaled(others, memory.otherShare(), others));
    weighing.add(scaled(own, memory.share(), own));
    weighing.add(scaled(logits, memory.otherShare(), logits));
    weighing.add(added(logits, own));
    sum = new Reduce(ReduceFunction.SUM, Axis.ALL, each, loss);
    mean = new Axpby(scale, loss, 0, loss);
  }

  private static Binary scaled(Tensor x, Tensor factor, Tensor y) {
    return new Binary(BinaryFunction.MULTIPLY, Broadcast.SCALAR, x, factor, y);
  }

  private static Binary added(Tensor to, Tensor x) {
    return new Binary(BinaryFunction.ADD, to, x, to);
  }

  /** Makes the features that the layers see. */
  void mix(Device device) {
    for (int i = 0; i < mixing.size(); i++) {
      device.binary(mixing.get(i));
    }
  }

  /** The loss, and its gradient in the place of the logits. */
  void loss(Device device) {
    for (int i = 0; i < losses.size(); i++) {
      device.softmaxCrossEntropy(losses.get(i)); // the first is the one that keeps the logits
    }
    for (int i = 0; i < weighing.size(); i++) {
      device.binary(weighing.get(i));
    }
    device.reduce(sum);
    device.axpby(mean);
  }
}
