package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Adam;
import io.talus.op.Sgd;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/** One update of inputs x outputs weights. */
public final class OptimizerWork {
  private static final int SAMPLES = 1000;
  private static final float RATE = 0.01f;
  private static final float MOMENTUM = 0.9f;
  private static final float L2 = 1e-4f;
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float SMALL = 1e-8f;

  private OptimizerWork() {}

  /**
   * @param kind {@code sgd}, {@code momentum}, {@code nesterov}, {@code adam} or {@code adamw}
   * @throws IllegalArgumentException when there is no such kind
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    return switch (kind) {
      case "sgd" -> sgd(device, shape, 0, false);
      case "momentum" -> sgd(device, shape, MOMENTUM, false);
      case "nesterov" -> sgd(device, shape, MOMENTUM, true);
      case "adam" -> adam(device, shape, L2, 0);
      case "adamw" -> adam(device, shape, 0, L2);
      default -> throw new IllegalArgumentException("there is no optimizer '" + kind + "'");
    };
  }

  private static double[] sampled(Tensor tensor) {
    Tensor flat = Answer.flat(tensor);
    long[] samples = Answer.samples(SAMPLES, tensor.size());
    double[] values = new double[samples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = flat.get(samples[i]);
    }
    return values;
  }

  private static Work sgd(Device device, NamedShape shape, float momentum, boolean nesterov) {
    Workspace workspace = device.workspace();
    Tensor velocity = momentum == 0 ? null : Numbers.signed(workspace.tensor(shape.sizes()), 3);
    Sgd op =
        new Sgd(
            Numbers.signed(workspace.tensor(shape.sizes()), 1),
            Numbers.signed(workspace.tensor(shape.sizes()), 2),
            velocity,
            workspace.tensor(new float[] {RATE}, 1),
            momentum,
            nesterov,
            L2);
    double[] weights = sampled(op.weights());
    double[] gradient = sampled(op.gradient());
    double[] before = velocity == null ? new double[weights.length] : sampled(velocity);
    return new Work(
        workspace,
        op,
        () -> device.sgd(op),
        () -> {
          double[] actual = sampled(op.weights());
          for (int i = 0; i < actual.length; i++) {
            double g = gradient[i] + L2 * weights[i];
            double v = momentum * before[i] + g;
            double step = nesterov ? g + momentum * v : v;
            double expected = weights[i] - RATE * step;
            Answer.near(expected, actual[i], 8 * Answer.EPSILON, "weights, sample", i);
          }
        });
  }

  private static Work adam(Device device, NamedShape shape, float l2, float decay) {
    Workspace workspace = device.workspace();
    IntTensor step = workspace.ints(new int[] {1}, 1);
    Adam op =
        new Adam(
            Numbers.signed(workspace.tensor(shape.sizes()), 1),
            Numbers.signed(workspace.tensor(shape.sizes()), 2),
            workspace.tensor(shape.sizes()),
            workspace.tensor(shape.sizes()),
            workspace.tensor(new float[] {RATE}, 1),
            step,
            BETA1,
            BETA2,
            SMALL,
            l2,
            decay);
    double[] weights = sampled(op.weights());
    double[] gradient = sampled(op.gradient());
    return new Work(
        workspace,
        op,
        () -> device.adam(op),
        () -> {
          double[] actual = sampled(op.weights());
          for (int i = 0; i < actual.length; i++) {
            // In the first step, from moments of 0, the corrections cancel beta1 and beta2.
            double g = gradient[i] + l2 * weights[i];
            double change = g / (Math.abs(g) + SMALL) + decay * weights[i];
            double tolerance = 32 * Answer.EPSILON * (Math.abs(weights[i]) + RATE);
            Answer.near(weights[i] - RATE * change, actual[i], tolerance, "weights, sample", i);
          }
        });
  }
}
