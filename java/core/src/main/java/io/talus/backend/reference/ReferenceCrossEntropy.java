package io.talus.backend.reference;

import io.talus.op.LinearCrossEntropy;
import io.talus.op.Reduction;
import io.talus.op.SoftmaxCrossEntropy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/**
 * The softmax cross-entropy of one row of logits after the other, with its gradient. {@link #row}
 * has the formula; the two ops differ in where the logits come from and where the gradient goes.
 */
final class ReferenceCrossEntropy {
  private final IntTensor targets;
  private final Reduction reduction;
  private final double labelSmoothing;
  private final Tensor loss;
  private final double divisor;
  private final double scale;
  private double sum;

  private ReferenceCrossEntropy(
      IntTensor targets, Reduction reduction, float labelSmoothing, float scale, Tensor loss) {
    this.targets = targets;
    this.reduction = reduction;
    this.labelSmoothing = labelSmoothing;
    this.loss = loss;
    this.divisor = reduction == Reduction.MEAN ? Math.max(1, rowsThatCount(targets)) : 1;
    this.scale = scale / divisor;
  }

  static void run(SoftmaxCrossEntropy op) {
    ReferenceCrossEntropy rows =
        new ReferenceCrossEntropy(
            op.targets(), op.reduction(), op.labelSmoothing(), op.scale(), op.loss());
    Floats logits = Floats.of(op.logits());
    Floats dLogits = Floats.of(op.dLogits());
    double[] z = new double[Floats.length(op.logits().columns())];
    for (long i = 0; i < op.logits().rows(); i++) {
      for (int j = 0; j < z.length; j++) {
        z[j] = logits.get(i, j);
      }
      rows.row(i, z);
      for (int j = 0; j < z.length && dLogits != null; j++) {
        dLogits.set(i, j, z[j]);
      }
    }
    rows.finish();
  }

  static void run(LinearCrossEntropy op) {
    ReferenceCrossEntropy rows =
        new ReferenceCrossEntropy(
            op.targets(), op.reduction(), op.labelSmoothing(), op.scale(), op.loss());
    ReferenceLinear linear = new ReferenceLinear(op);
    for (long i = 0; i < op.x().rows(); i++) {
      double[] z = linear.logits(i);
      rows.row(i, z);
      linear.gradients(i, z);
    }
    rows.finish();
    linear.finish();
  }

  /**
   * Adds row i to the loss and replaces its logits z by their gradient.
   *
   * <pre>
   * loss = log(sum exp z) - (1 - s) z[target] - s mean(z)
   * dz   = scale (exp z / (sum exp z) - (1 - s) onehot(target) - s / classes)
   * </pre>
   */
  private void row(long i, double[] z) {
    int target = Floats.get(targets, i);
    if (isExempt(targets, target)) {
      Arrays.fill(z, 0);
      add(i, 0);
      return;
    }
    ReferenceSoftmax.subtractMaximum(z);
    double sumOfExponentials = ReferenceSoftmax.sumOfExponentials(z);
    double rowLoss = Math.log(sumOfExponentials) - (1 - labelSmoothing) * z[target];
    if (labelSmoothing != 0) {
      rowLoss -= labelSmoothing * mean(z);
    }
    add(i, rowLoss);
    for (int j = 0; j < z.length; j++) {
      double wanted = (j == target ? 1 - labelSmoothing : 0) + labelSmoothing / z.length;
      z[j] = scale * (Math.exp(z[j]) / sumOfExponentials - wanted);
    }
  }

  private void add(long i, double rowLoss) {
    if (reduction == Reduction.NONE) {
      Floats.of(loss).set(i, rowLoss);
    }
    sum += rowLoss;
  }

  private void finish() {
    if (reduction != Reduction.NONE) {
      Floats.of(loss).set(0, sum / divisor);
    }
  }

  private static boolean isExempt(IntTensor targets, int target) {
    return targets.exempt() != 0 && target == targets.exempt();
  }

  private static long rowsThatCount(IntTensor targets) {
    long count = 0;
    for (long i = 0; i < targets.size(); i++) {
      count += isExempt(targets, Floats.get(targets, i)) ? 0 : 1;
    }
    return count;
  }

  private static double mean(double[] z) {
    double sum = 0;
    for (double value : z) {
      sum += value;
    }
    return sum / z.length;
  }
}
