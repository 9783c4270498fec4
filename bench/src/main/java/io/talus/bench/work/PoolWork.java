package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * Pooling with windows that do not overlap, by images x size x channels x window, such as {@code
 * layer-128x28x32x2}, and its gradient.
 */
public final class PoolWork {
  private static final int SAMPLES = 64;
  private static final long SEED = 5;

  private PoolWork() {}

  /** The pooling. */
  public static Work of(Device device, PoolFunction function, NamedShape shape) {
    Workspace workspace = device.workspace();
    Window window = window(shape);
    Tensor x = images(workspace, shape);
    Pool op = new Pool(function, window, x, pooled(workspace, window, x));
    return new Work(workspace, op, () -> device.pool(op), () -> check(op));
  }

  /** What each window hands down. */
  public static Work gradient(Device device, PoolFunction function, NamedShape shape) {
    Workspace workspace = device.workspace();
    Window window = window(shape);
    Tensor x = images(workspace, shape);
    Tensor dX = workspace.tensor(x.shape().toArray());
    Tensor dY = Numbers.signed(pooled(workspace, window, x), 2);
    PoolGradient op =
        new PoolGradient(function, window, function == PoolFunction.MAX ? x : null, dY, dX);
    return new Work(workspace, op, () -> device.poolGradient(op), () -> check(op));
  }

  private static Window window(NamedShape shape) {
    return Window.of(shape.size(3), shape.size(3)).stride(shape.size(3), shape.size(3));
  }

  private static Tensor images(Workspace workspace, NamedShape shape) {
    long size = shape.size(1);
    return Numbers.signed(workspace.tensor(shape.size(0), size, size, shape.size(2)), 1);
  }

  private static Tensor pooled(Workspace workspace, Window window, Tensor x) {
    long size = window.outputHeight(x.shape().length(1));
    return workspace.tensor(x.shape().length(0), size, size, x.columns());
  }

  /** The element (u, v) of the window of an element of y. */
  private static double element(Tensor x, Window window, long[] output, long u, long v) {
    return x.get(
        output[0],
        output[1] * window.strideHeight() + u,
        output[2] * window.strideWidth() + v,
        output[3]);
  }

  private static void check(Pool op) {
    double places = op.window().height() * op.window().width();
    for (long[] at : outputs(op.y())) {
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (long u = 0; u < op.window().height(); u++) {
        for (long v = 0; v < op.window().width(); v++) {
          double value = element(op.x(), op.window(), at, u, v);
          largest = Math.max(largest, value);
          sum += value;
        }
      }
      boolean max = op.function() == PoolFunction.MAX;
      double tolerance = max ? 0 : (places + 2) * Answer.EPSILON;
      Answer.near(max ? largest : sum / places, op.y().get(at), tolerance, "pool's y", at);
    }
  }

  private static void check(PoolGradient op) {
    double places = op.window().height() * op.window().width();
    for (long[] at : outputs(op.dY())) {
      double gradient = op.dY().get(at);
      double largest = Double.NEGATIVE_INFINITY;
      double handed = 0;
      for (long u = 0; u < op.window().height(); u++) {
        for (long v = 0; v < op.window().width(); v++) {
          double share = element(op.dX(), op.window(), at, u, v);
          if (op.x() == null) {
            Answer.near(gradient / places, share, Answer.EPSILON, "pool's dX", at);
          } else if (element(op.x(), op.window(), at, u, v) > largest) {
            largest = element(op.x(), op.window(), at, u, v);
            handed = share;
          } else {
            Answer.near(0, share, 0, "pool's dX", at);
          }
        }
      }
      if (op.x() != null) {
        Answer.near(gradient, handed, 0, "pool's dX of the largest", at);
      }
    }
  }

  /** Some elements' indices. */
  private static long[][] outputs(Tensor y) {
    SplittableRandom random = new SplittableRandom(SEED);
    long[][] outputs = new long[y.size() == 0 ? 0 : SAMPLES][4];
    for (long[] at : outputs) {
      for (int axis = 0; axis < 4; axis++) {
        at[axis] = random.nextLong(y.shape().length(axis));
      }
    }
    return outputs;
  }
}
