package io.talus.backend.reference;

import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;

/** Batch normalization, a column after the other. */
final class ReferenceNormalization {
  private ReferenceNormalization() {}

  static void run(BatchNormalization op) {
    for (long column = 0; column < op.x().columns(); column++) {
      normalize(op, column);
    }
  }

  private static void normalize(BatchNormalization op, long column) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    long rows = op.x().rows();
    double sum = 0;
    for (long row = 0; row < rows; row++) {
      sum += x.get(row, column);
    }
    double mean = sum / rows;
    double squares = 0;
    for (long row = 0; row < rows; row++) {
      double distance = x.get(row, column) - mean;
      squares += distance * distance;
    }
    double inverse = 1 / Math.sqrt(squares / rows + op.epsilon());
    double scale = Floats.of(op.scale()).get(column);
    double shift = Floats.of(op.shift()).get(column);
    for (long row = 0; row < rows; row++) {
      double z = (x.get(row, column) - mean) * inverse;
      y.set(row, column, Functions.activate(op.activation(), z * scale + shift));
    }
    Floats.of(op.mean()).set(column, mean);
    Floats.of(op.inverseDeviation()).set(column, inverse);
    double unbiased = rows > 1 ? squares / (rows - 1) : 0;
    move(Floats.of(op.runningMean()), column, op.momentum(), mean);
    move(Floats.of(op.runningVariance()), column, op.momentum(), unbiased);
  }

  private static void move(Floats running, long column, double momentum, double value) {
    running.set(column, (1 - momentum) * running.get(column) + momentum * value);
  }

  static void run(BatchNormalizationInference op) {
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    for (long column = 0; column < op.x().columns(); column++) {
      double mean = Floats.of(op.mean()).get(column);
      double variance = Floats.of(op.variance()).get(column);
      double factor = Floats.of(op.scale()).get(column) / Math.sqrt(variance + op.epsilon());
      double shift = Floats.of(op.shift()).get(column);
      for (long row = 0; row < op.x().rows(); row++) {
        double value = (x.get(row, column) - mean) * factor + shift;
        y.set(row, column, Functions.activate(op.activation(), value));
      }
    }
  }

  static void run(BatchNormalizationGradient op) {
    for (long column = 0; column < op.x().columns(); column++) {
      gradient(op, column);
    }
  }

  private static void gradient(BatchNormalizationGradient op, long column) {
    long rows = op.x().rows();
    double inverse = Floats.of(op.inverseDeviation()).get(column);
    double ofShift = 0;
    double ofScale = 0;
    for (long row = 0; row < rows; row++) {
      double dZ = inner(op, row, column);
      ofShift += dZ;
      ofScale += dZ * normalized(op, row, column, inverse);
    }
    double factor = Floats.of(op.scale()).get(column) * inverse;
    Floats dX = Floats.of(op.dX());
    for (long row = 0; row < rows; row++) {
      double z = normalized(op, row, column, inverse);
      double rest = inner(op, row, column) - ofShift / rows - z * ofScale / rows;
      dX.set(row, column, factor * rest);
    }
    Floats.of(op.dShift()).set(column, ofShift);
    Floats.of(op.dScale()).set(column, ofScale);
  }

  private static double normalized(
      BatchNormalizationGradient op, long row, long column, double inverse) {
    return (Floats.of(op.x()).get(row, column) - (double) Floats.of(op.mean()).get(column))
        * inverse;
  }

  /** The gradient of what the activation was applied to. */
  private static double inner(BatchNormalizationGradient op, long row, long column) {
    double dY = Floats.of(op.dY()).get(row, column);
    return op.y() == null
        ? dY
        : dY * Functions.slope(op.activation(), Floats.of(op.y()).get(row, column));
  }
}
