package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;

import io.talus.op.Reduction;
import java.util.Arrays;

/** Loss, gradient and their promised errors in double, straight from the formula. */
final class CrossEntropyOracle {
  final double[] loss;
  final double[] lossTolerance;
  final double[] dLogits;
  final double[] dLogitsTolerance;
  private final int rows;
  private final int classes;
  private final Reduction reduction;
  private final double smoothing;
  private final double scale;
  private final int ignored;
  private double rowTolerance;

  CrossEntropyOracle(
      int rows, int classes, Reduction reduction, float smoothing, float scale, int ignored) {
    this.rows = rows;
    this.classes = classes;
    this.reduction = reduction;
    this.smoothing = smoothing;
    this.scale = scale;
    this.ignored = ignored;
    this.loss = new double[reduction == Reduction.NONE ? rows : 1];
    this.lossTolerance = new double[loss.length];
    this.dLogits = new double[rows * classes];
    this.dLogitsTolerance = new double[rows * classes];
  }

  void compute(double[] logits, int[] targets) {
    int count = 0;
    for (int target : targets) {
      count += target == ignored ? 0 : 1;
    }
    double f = reduction == Reduction.MEAN ? 1.0 / Math.max(1, count) : 1;
    double sum = 0;
    double sumOfTolerances = 0;
    for (int i = 0; i < rows; i++) {
      double rowLoss = 0;
      double tolerance = 0;
      if (targets[i] != ignored) {
        rowLoss = row(logits, i, targets[i], f);
        tolerance = rowTolerance;
      } else {
        Arrays.fill(dLogits, i * classes, (i + 1) * classes, 0);
        Arrays.fill(dLogitsTolerance, i * classes, (i + 1) * classes, 0);
      }
      if (reduction == Reduction.NONE) {
        loss[i] = rowLoss;
        lossTolerance[i] = tolerance;
      }
      sum += rowLoss;
      sumOfTolerances += tolerance;
    }
    if (reduction != Reduction.NONE) {
      loss[0] = sum * f;
      lossTolerance[0] = sumOfTolerances * f + 2 * EPS * Math.abs(loss[0]);
    }
  }

  private double row(double[] logits, int i, int target, double f) {
    double max = Double.NEGATIVE_INFINITY;
    double largest = 0;
    double mean = 0;
    for (int j = 0; j < classes; j++) {
      double z = logits[i * classes + j];
      max = Math.max(max, z);
      largest = Math.max(largest, Math.abs(z));
      mean += z / classes;
    }
    double sum = 0;
    double farthest = 0;
    for (int j = 0; j < classes; j++) {
      sum += Math.exp(logits[i * classes + j] - max);
      farthest = Math.max(farthest, max - logits[i * classes + j]);
    }
    double steps = 8 + Math.min(classes, 128);
    for (int j = 0; j < classes; j++) {
      double below = logits[i * classes + j] - max;
      double wanted = (j == target ? 1 - smoothing : 0) + smoothing / classes;
      dLogits[i * classes + j] = scale * f * (Math.exp(below) / sum - wanted);
      dLogitsTolerance[i * classes + j] = (steps - below) * EPS * Math.abs(scale) * f;
    }
    double ofTarget = logits[i * classes + target] - max;
    double rowLoss = Math.log(sum) - (1 - smoothing) * ofTarget;
    if (smoothing > 0) {
      rowLoss -= smoothing * (mean - max);
    }
    double size = Math.max(rowLoss, Math.max(farthest * smoothing, EPS * largest));
    rowTolerance = steps * EPS * size;
    return rowLoss;
  }
}
