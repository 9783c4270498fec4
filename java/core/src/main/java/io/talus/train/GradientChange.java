package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Axis;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is done with the gradient of the data loss before the optimizer sees it, planned: clipping
 * by its norm, then L1's part of it added. Of operations that every device has; nothing is read
 * back.
 */
final class GradientChange {
  /** Makes of every float but the smallest one beyond 1. */
  private static final float HUGE = Float.MAX_VALUE;

  private final List<Consumer<Device>> operations = new ArrayList<>();

  GradientChange(Network network, Tensor gradients, Recipe recipe, Workspace memory) {
    if (recipe.clipNorm() != Float.POSITIVE_INFINITY) {
      clip(gradients, recipe.clipNorm(), memory);
    }
    Tensor weights = network.layout().regularized(network.values());
    if (recipe.l1() != 0 && weights.size() > 0) {
      addSign(weights, network.layout().regularized(gradients), recipe.l1(), memory);
    }
  }

  /** {@code gradients *= most / max(|gradients|, most)}. */
  private void clip(Tensor gradients, float most, Workspace memory) {
    Tensor limit = memory.tensor(new float[] {most}, 1);
    Tensor norm = memory.tensor(1);
    Reduce squares = new Reduce(ReduceFunction.SUM_OF_SQUARES, Axis.ALL, gradients, norm);
    Unary root = new Unary(UnaryFunction.SQRT, norm, norm);
    Binary atLeast = new Binary(BinaryFunction.MAXIMUM, norm, limit, norm);
    Binary factor = new Binary(BinaryFunction.DIVIDE, limit, norm, norm);
    Binary scale =
        new Binary(BinaryFunction.MULTIPLY, Broadcast.SCALAR, gradients, norm, gradients);
    operations.add(device -> device.reduce(squares));
    operations.add(device -> device.unary(root));
    operations.add(device -> device.binary(atLeast));
    operations.add(device -> device.binary(factor));
    operations.add(device -> device.binary(scale));
  }

  /** {@code gradients += l1 sign(weights)}, the sign of 0 being 0. */
  private void addSign(Tensor weights, Tensor gradients, float l1, Workspace memory) {
    Tensor one = memory.tensor(new float[] {1}, 1);
    Tensor minusOne = memory.tensor(new float[] {-1}, 1);
    Tensor sign = memory.tensor(weights.size());
    Axpby enlarge = new Axpby(HUGE, weights, 0, sign);
    Binary above = new Binary(BinaryFunction.MINIMUM, Broadcast.SCALAR, sign, one, sign);
    Binary below = new Binary(BinaryFunction.MAXIMUM, Broadcast.SCALAR, sign, minusOne, sign);
    Axpby add = new Axpby(l1, sign, 1, gradients);
    operations.add(device -> device.axpby(enlarge));
    operations.add(device -> device.binary(above));
    operations.add(device -> device.binary(below));
    operations.add(device -> device.axpby(add));
  }

  void run(Device device) {
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).accept(device);
    }
  }
}
