package io.talus.backend.reference;

import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;

/** Layer normalization, a row after the other. */
final class ReferenceLayerNormalization {
  private ReferenceLayerNormalization() {}

  static void run(LayerNormalization op) {
    for (long row = 0; row < op.x().rows(); row++) {
      normalize(op, row);
    }
  }

  private static void normalize(LayerNormalization op, long row) {
    float[] x = Floats.of(op.x()).row(row);
    double sum = 0;
    for (float value : x) {
      sum += value;
    }
    double mean = sum / x.length;
    double squares = 0;
    for (float value : x) {
      squares += (value - mean) * (value - mean);
    }
    double inverse = 1 / Math.sqrt(squares / x.length + op.epsilon());
    Floats scale = Floats.of(op.scale());
    Floats shift = Floats.of(op.shift());
    Floats y = Floats.of(op.y());
    for (int c = 0; c < x.length; c++) {
      y.set(row, c, (x[c] - mean) * inverse * scale.get(c) + shift.get(c));
    }
    Floats.of(op.mean()).set(row, mean);
    Floats.of(op.inverseDeviation()).set(row, inverse);
  }

  static void run(LayerNormalizationGradient op) {
    double[] ofScale = new double[Floats.length(op.x().columns())];
    double[] ofShift = new double[ofScale.length];
    for (long row = 0; row < op.x().rows(); row++) {
      gradient(op, row, ofScale, ofShift);
    }
    for (int c = 0; c < ofScale.length; c++) {
      Floats.of(op.dScale()).set(c, ofScale[c]);
      Floats.of(op.dShift()).set(c, ofShift[c]);
    }
  }

  private static void gradient(
      LayerNormalizationGradient op, long row, double[] ofScale, double[] ofShift) {
    float[] x = Floats.of(op.x()).row(row);
    float[] dY = Floats.of(op.dY()).row(row);
    double mean = Floats.of(op.mean()).get(row);
    double inverse = Floats.of(op.inverseDeviation()).get(row);
    Floats scale = Floats.of(op.scale());
    double[] z = new double[x.length];
    double[] g = new double[x.length];
    double direct = 0;
    double along = 0;
    for (int c = 0; c < x.length; c++) {
      z[c] = (x[c] - mean) * inverse;
      g[c] = (double) dY[c] * scale.get(c);
      direct += g[c] / x.length;
      along += g[c] * z[c] / x.length;
      ofShift[c] += dY[c];
      ofScale[c] += dY[c] * z[c];
    }
    Floats dX = Floats.of(op.dX());
    for (int c = 0; c < x.length; c++) {
      dX.set(row, c, inverse * (g[c] - direct - z[c] * along));
    }
  }
}
