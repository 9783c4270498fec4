package io.talus.backend.reference;

import io.talus.op.LinearCrossEntropy;

/** The linear layer under {@link LinearCrossEntropy}, a row of the batch at a time. */
final class ReferenceLinear {
  private final Floats x;
  private final Floats w;
  private final Floats bias;
  private final Floats dX;
  private final Floats dW;
  private final Floats dBias;
  private final float[] rowOfX;
  private final float[] rowOfW;
  private final double[] z;
  private final double[][] sumOfDw;
  private final double[] sumOfDbias;

  ReferenceLinear(LinearCrossEntropy op) {
    x = Floats.of(op.x());
    w = Floats.of(op.w());
    bias = Floats.of(op.bias());
    dX = Floats.of(op.dX());
    dW = Floats.of(op.dW());
    dBias = Floats.of(op.dBias());
    int inputs = Floats.length(op.w().rows());
    int classes = Floats.length(op.w().columns());
    rowOfX = new float[inputs];
    rowOfW = new float[classes];
    z = new double[classes];
    sumOfDw = dW == null ? null : new double[inputs][classes];
    sumOfDbias = new double[classes];
  }

  /** z = x[i] W + bias. The array is the caller's until the next call. */
  double[] logits(long i) {
    if (rowOfX.length > 0) {
      x.readRow(i, rowOfX);
    }
    for (int j = 0; j < z.length; j++) {
      z[j] = bias == null ? 0 : bias.get(j);
    }
    for (int p = 0; p < rowOfX.length; p++) {
      w.readRow(p, rowOfW);
      for (int j = 0; j < z.length; j++) {
        z[j] += (double) rowOfX[p] * rowOfW[j];
      }
    }
    return z;
  }

  /** dX[i] = dZ W', and what row i adds to dW and dBias. */
  void gradients(long i, double[] dZ) {
    for (int p = 0; p < rowOfX.length; p++) {
      if (dX != null) {
        w.readRow(p, rowOfW);
        double sum = 0;
        for (int j = 0; j < dZ.length; j++) {
          sum += dZ[j] * rowOfW[j];
        }
        dX.set(i, p, sum);
      }
      for (int j = 0; j < dZ.length && dW != null; j++) {
        sumOfDw[p][j] += rowOfX[p] * dZ[j];
      }
    }
    for (int j = 0; j < dZ.length; j++) {
      sumOfDbias[j] += dZ[j];
    }
  }

  /** Writes dW and dBias. */
  void finish() {
    for (int j = 0; j < sumOfDbias.length && dBias != null; j++) {
      dBias.set(j, sumOfDbias[j]);
    }
    for (int p = 0; p < rowOfX.length && dW != null; p++) {
      for (int j = 0; j < sumOfDw[p].length; j++) {
        dW.set(p, j, sumOfDw[p][j]);
      }
    }
  }
}
