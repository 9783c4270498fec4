package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.Reduction;
import io.talus.tensor.IntTensor;

/** The fused last layer: rows x inputs times inputs x classes into loss and gradients. */
public final class LinearCrossEntropyWork {
  private static final int SAMPLES = 4;

  private LinearCrossEntropyWork() {}

  /** Losses row by row and all gradients. */
  public static Work of(Device device, NamedShape shape) {
    long rows = shape.size(0);
    long inputs = shape.size(1);
    long classes = shape.size(2);
    Workspace workspace = device.workspace();
    double weight = 1 / Math.sqrt(inputs);
    IntTensor targets = Numbers.classes(workspace.labels(Math.toIntExact(classes), rows), rows);
    LinearCrossEntropy op =
        new LinearCrossEntropy(
            Numbers.signed(workspace.tensor(rows, inputs), 1),
            Numbers.uniform(workspace.tensor(inputs, classes), -weight, weight, 2),
            Numbers.signed(workspace.tensor(classes), 3),
            targets,
            Reduction.NONE,
            0f,
            1f,
            workspace.tensor(rows),
            workspace.tensor(rows, inputs),
            workspace.tensor(inputs, classes),
            workspace.tensor(classes));
    return new Work(workspace, op, () -> device.linearCrossEntropy(op), () -> check(op));
  }

  private static void check(LinearCrossEntropy op) {
    int[] targets = op.targets().toArray();
    double[] w = Answer.doubles(op.w());
    double[] bias = Answer.doubles(op.bias());
    for (long row : Answer.samples(SAMPLES, op.x().rows())) {
      checkRow(op, (int) row, targets[(int) row], w, bias);
    }
    for (long sample : Answer.samples(SAMPLES, op.w().columns())) {
      checkClass(op, (int) sample, targets, w, bias);
    }
  }

  private static double tolerance(LinearCrossEntropy op) {
    return (op.x().columns() + Math.log(op.w().columns()) + 32) * Answer.EPSILON;
  }

  /** Loss and dX of one row. */
  private static void checkRow(
      LinearCrossEntropy op, int row, int target, double[] w, double[] bias) {
    double[] x = Answer.row(op.x(), row);
    double[] logits = bias.clone();
    for (int i = 0; i < x.length; i++) {
      for (int c = 0; c < logits.length; c++) {
        logits[c] += x[i] * w[i * logits.length + c];
      }
    }
    double logSum = SoftmaxWork.logSumExp(logits);
    double tolerance = 4 * tolerance(op);
    Answer.near(logSum - logits[target], op.loss().get(row), tolerance * logSum, "loss", row);
    double[] dX = Answer.row(op.dX(), row);
    for (int i = 0; i < x.length; i++) {
      double expected = -w[i * logits.length + target];
      for (int c = 0; c < logits.length; c++) {
        expected += Math.exp(logits[c] - logSum) * w[i * logits.length + c];
      }
      Answer.near(expected, dX[i], tolerance, "dX", row, i);
    }
  }

  /**
   * dBias and the first element of dW of one class. The sums of exponentials come back from the
   * losses, which {@link #checkRow} holds to the truth.
   */
  private static void checkClass(
      LinearCrossEntropy op, int column, int[] targets, double[] w, double[] bias) {
    double dBias = 0;
    double dW = 0;
    for (int row = 0; row < targets.length; row++) {
      double[] x = Answer.row(op.x(), row);
      double logSum = op.loss().get(row) + logit(x, w, bias, targets[row]);
      double gradient = Math.exp(logit(x, w, bias, column) - logSum);
      gradient -= column == targets[row] ? 1 : 0;
      dBias += gradient;
      dW += x[0] * gradient;
    }
    double tolerance = 4 * tolerance(op) * (1 + targets.length * 0.01);
    Answer.near(dBias, op.dBias().get(column), tolerance, "dBias", column);
    Answer.near(dW, op.dW().get(0, column), tolerance, "dW", 0, column);
  }

  private static double logit(double[] x, double[] w, double[] bias, int column) {
    double sum = bias[column];
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * w[i * bias.length + column];
    }
    return sum;
  }
}
