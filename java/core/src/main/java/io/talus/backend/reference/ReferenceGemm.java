package io.talus.backend.reference;

import io.talus.op.ActivationGradient;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** The matrix product with its epilogue, and the epilogue's gradient. */
final class ReferenceGemm {
  private ReferenceGemm() {}

  static void run(Gemm op) {
    if (op.n() == 0) {
      return;
    }
    int k = op.alpha() == 0 ? 0 : Floats.length(op.k());
    float[] rowOfA = new float[k];
    double[] sums = new double[Floats.length(op.n())];
    for (long i = 0; i < op.m(); i++) {
      readOperandRow(op, i, rowOfA);
      if (op.transposeB() == Transpose.NO) {
        addRowsOfB(Floats.of(op.b()), rowOfA, sums);
      } else {
        multiplyRowsOfB(Floats.of(op.b()), rowOfA, sums);
      }
      writeRow(op, i, sums);
    }
  }

  /** Row i of op(A). */
  private static void readOperandRow(Gemm op, long i, float[] row) {
    if (row.length == 0) {
      return;
    }
    if (op.transposeA() == Transpose.NO) {
      Floats.of(op.a()).readRow(i, row);
    } else {
      Floats.of(op.a()).readColumn(i, row);
    }
  }

  /** sums[j] = sum over p of a[p] b[p, j], where b is k x n: row after row of b. */
  private static void addRowsOfB(Floats b, float[] a, double[] sums) {
    Arrays.fill(sums, 0);
    float[] rowOfB = new float[sums.length];
    for (int p = 0; p < a.length; p++) {
      b.readRow(p, rowOfB);
      for (int j = 0; j < sums.length; j++) {
        sums[j] += (double) a[p] * rowOfB[j];
      }
    }
  }

  /** sums[j] = sum over p of a[p] b[j, p], where b is n x k: one row of b for each sum. */
  private static void multiplyRowsOfB(Floats b, float[] a, double[] sums) {
    float[] rowOfB = new float[a.length];
    for (int j = 0; j < sums.length; j++) {
      if (a.length > 0) {
        b.readRow(j, rowOfB);
      }
      sums[j] = dot(a, rowOfB);
    }
  }

  static double dot(float[] x, float[] y) {
    double sum = 0;
    for (int p = 0; p < x.length; p++) {
      sum += (double) x[p] * y[p];
    }
    return sum;
  }

  private static void writeRow(Gemm op, long i, double[] sums) {
    Floats c = Floats.of(op.c());
    for (int j = 0; j < sums.length; j++) {
      sums[j] = op.alpha() == 0 ? 0 : op.alpha() * sums[j];
      if (op.beta() != 0) {
        sums[j] += (double) op.beta() * c.get(i, j);
      }
    }
    finishRow(op.epilogue(), op.c(), i, sums);
  }

  /** Writes row i of a result, and of preActivation, from what the epilogue begins with. */
  static void finishRow(Epilogue epilogue, Tensor result, long i, double[] values) {
    Floats c = Floats.of(result);
    Floats bias = Floats.of(epilogue.bias());
    Floats preActivation = Floats.of(epilogue.preActivation());
    for (int j = 0; j < values.length; j++) {
      double value = values[j];
      if (bias != null) {
        value += bias.get(j);
      }
      if (preActivation != null) {
        preActivation.set(i, j, value);
      }
      c.set(i, j, Functions.activate(epilogue.activation(), value));
    }
  }

  static void run(ActivationGradient op) {
    Floats dY = Floats.of(op.dY());
    Floats saved = Floats.of(op.saved());
    Floats dX = Floats.of(op.dX());
    Floats dBias = Floats.of(op.dBias());
    double[] columnSums = new double[Floats.length(op.dBias() == null ? 0 : op.dBias().size())];
    for (long i = 0; i < op.dY().rows(); i++) {
      for (long j = 0; j < op.dY().columns(); j++) {
        double slope = saved == null ? 1 : Functions.slope(op.activation(), saved.get(i, j));
        double gradient = dY.get(i, j) * slope;
        dX.set(i, j, gradient);
        if (dBias != null) {
          columnSums[(int) j] += gradient;
        }
      }
    }
    for (int j = 0; j < columnSums.length; j++) {
      double before = op.betaBias() == 0 ? 0 : (double) op.betaBias() * dBias.get(j);
      dBias.set(j, before + columnSums[j]);
    }
  }
}
