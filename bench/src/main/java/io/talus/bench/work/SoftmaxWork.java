package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.LogSoftmax;
import io.talus.op.Softmax;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/** Softmax, its logarithm, and the cross-entropy of it, of rows x columns logits. */
public final class SoftmaxWork {
  private static final int SAMPLED_ROWS = 8;
  private static final double LARGEST_LOGIT = 4;

  private SoftmaxWork() {}

  public static Work softmax(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    Tensor x = logits(workspace, shape);
    Softmax op = new Softmax(x, workspace.tensor(shape.size(0), shape.size(1)));
    return new Work(workspace, op, () -> device.softmax(op), () -> check(x, op.y(), false));
  }

  public static Work logSoftmax(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    Tensor x = logits(workspace, shape);
    LogSoftmax op = new LogSoftmax(x, workspace.tensor(shape.size(0), shape.size(1)));
    return new Work(workspace, op, () -> device.logSoftmax(op), () -> check(x, op.y(), true));
  }

  /** Mean loss and its gradient. */
  public static Work crossEntropy(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    Tensor logits = logits(workspace, shape);
    IntTensor targets =
        Numbers.classes(
            workspace.labels(Math.toIntExact(shape.size(1)), shape.size(0)), shape.size(0));
    SoftmaxCrossEntropy op =
        new SoftmaxCrossEntropy(
            logits, targets, workspace.tensor(1), workspace.tensor(shape.size(0), shape.size(1)));
    return new Work(
        workspace, op, () -> device.softmaxCrossEntropy(op), () -> checkCrossEntropy(op));
  }

  private static Tensor logits(Workspace workspace, NamedShape shape) {
    return Numbers.uniform(
        workspace.tensor(shape.size(0), shape.size(1)), -LARGEST_LOGIT, LARGEST_LOGIT, 4);
  }

  static double logSumExp(double[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : row) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (double value : row) {
      sum += Math.exp(value - max);
    }
    return max + Math.log(sum);
  }

  private static double relativeTolerance(long columns) {
    return (16 + Math.log(columns) / Math.log(2) + 2 * LARGEST_LOGIT) * Answer.EPSILON;
  }

  private static void check(Tensor x, Tensor y, boolean logarithm) {
    double tolerance = relativeTolerance(x.columns());
    for (long row : Answer.samples(SAMPLED_ROWS, x.rows())) {
      double[] values = Answer.row(x, row);
      double[] actual = Answer.row(y, row);
      double logSum = logSumExp(values);
      for (int column = 0; column < values.length; column++) {
        double log = values[column] - logSum;
        double expected = logarithm ? log : Math.exp(log);
        double bound = tolerance * Math.max(Math.abs(expected), logarithm ? 1 : 0);
        Answer.near(expected, actual[column], bound, "y", row, column);
      }
    }
  }

  private static void checkCrossEntropy(SoftmaxCrossEntropy op) {
    int[] targets = op.targets().toArray();
    double tolerance = relativeTolerance(op.logits().columns());
    double count = op.logits().rows();
    for (long row : Answer.samples(SAMPLED_ROWS, op.logits().rows())) {
      double[] values = Answer.row(op.logits(), row);
      double[] gradient = Answer.row(op.dLogits(), row);
      double logSum = logSumExp(values);
      for (int column = 0; column < values.length; column++) {
        double hot = column == targets[(int) row] ? 1 : 0;
        double expected = (Math.exp(values[column] - logSum) - hot) / count;
        Answer.near(expected, gradient[column], tolerance / count, "dLogits", row, column);
      }
    }
    Answer.near(meanLoss(op.logits(), targets), op.loss().get(0), tolerance * 16, "loss");
  }

  /** Over all rows, 131 million elements at most: a second or two. */
  private static double meanLoss(Tensor logits, int[] targets) {
    double sum = 0;
    for (int row = 0; row < targets.length; row++) {
      double[] values = Answer.row(logits, row);
      sum += logSumExp(values) - values[targets[row]];
    }
    return sum / targets.length;
  }
}
