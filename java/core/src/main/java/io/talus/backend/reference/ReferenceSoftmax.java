package io.talus.backend.reference;

import io.talus.op.LogSoftmax;
import io.talus.op.Softmax;
import io.talus.tensor.Tensor;

/** Softmax and its logarithm. Each row's maximum is subtracted first: then no exp overflows. */
final class ReferenceSoftmax {
  private ReferenceSoftmax() {}

  static void run(Softmax op) {
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.x().rows(); i++) {
      double[] z = shiftedRow(op.x(), i);
      double sum = sumOfExponentials(z);
      for (int j = 0; j < z.length; j++) {
        y.set(i, j, Math.exp(z[j]) / sum);
      }
    }
  }

  static void run(LogSoftmax op) {
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.x().rows(); i++) {
      double[] z = shiftedRow(op.x(), i);
      double logSum = Math.log(sumOfExponentials(z));
      for (int j = 0; j < z.length; j++) {
        y.set(i, j, z[j] - logSum);
      }
    }
  }

  /** A row of x less its maximum. */
  private static double[] shiftedRow(Tensor x, long row) {
    float[] values = Floats.of(x).row(row);
    double[] z = new double[values.length];
    for (int j = 0; j < z.length; j++) {
      z[j] = values[j];
    }
    subtractMaximum(z);
    return z;
  }

  /**
   * z -= max z. NaN, +inf, or nothing but -inf make NaN of at least one element (inf - inf), and so
   * of the sum of exponentials and of all that is divided by it.
   */
  static void subtractMaximum(double[] z) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (double value : z) {
      maximum = Math.max(maximum, value);
    }
    for (int j = 0; j < z.length; j++) {
      z[j] -= maximum;
    }
  }

  static double sumOfExponentials(double[] z) {
    double sum = 0;
    for (double value : z) {
      sum += Math.exp(value);
    }
    return sum;
  }
}
