package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** {@link BatchNormalization}, its gradient and its inference. */
class BatchNormalizationTest {
  private static final float EPSILON = 1e-5f;
  private static final float MOMENTUM = 0.25f;
  private static final Activation[] ACTIVATIONS = {
    Activation.IDENTITY, Activation.RELU, Activation.TANH, Activation.SIGMOID
  };

  /**
   * Around folded rows (up to 64 columns, to 256 wide), blocks of 128 or 256 rows, and 32, 256 or
   * 1,024 columns.
   */
  private static final int[][] SHAPES = {
    {1, 1}, {1, 7}, {2, 3}, {7, 3}, {60, 10}, {129, 16}, {40, 33}, {300, 65}, {257, 32}, {3, 1030},
    {700, 5}
  };

  /** Everything in double. */
  private static final class Expected {
    final double[] mean;
    final double[] meanTolerance;
    final double[] inverse;
    final double[] inverseTolerance;
    final double[] unbiased;
    final double[] y;
    final double[] yTolerance;

    Expected(
        Activation activation, int rows, int columns, float[] x, float[] scale, float[] shift) {
      mean = new double[columns];
      meanTolerance = new double[columns];
      inverse = new double[columns];
      inverseTolerance = new double[columns];
      unbiased = new double[columns];
      y = new double[x.length];
      yTolerance = new double[x.length];
      for (int c = 0; c < columns; c++) {
        double sum = 0;
        double absolute = 0;
        for (int i = c; i < x.length; i += columns) {
          sum += x[i];
          absolute += Math.abs(x[i]);
        }
        mean[c] = sum / rows;
        meanTolerance[c] = 40 * EPS * (absolute / rows + Math.abs(x[c]));
        double squares = 0;
        for (int i = c; i < x.length; i += columns) {
          squares += (x[i] - mean[c]) * (x[i] - mean[c]);
        }
        double variance = squares / rows + EPSILON;
        unbiased[c] = rows > 1 ? squares / (rows - 1) : 0;
        inverse[c] = 1 / Math.sqrt(variance);
        inverseTolerance[c] = 64 * EPS * (1 + Math.abs(x[c] - mean[c]) * inverse[c]) * inverse[c];
        for (int i = c; i < x.length; i += columns) {
          double z = (x[i] - mean[c]) * inverse[c];
          y[i] = Exact.activate(activation, z * scale[c] + shift[c]);
          double roundings = 8 * EPS * (Math.abs(x[i]) + Math.abs(mean[c])) * inverse[c];
          double ofMean = meanTolerance[c] * inverse[c];
          double ofInverse = Math.abs(z) * inverseTolerance[c] / inverse[c];
          yTolerance[i] =
              (roundings + ofMean + ofInverse) * Math.abs(scale[c])
                  + 4 * EPS * Math.abs(shift[c])
                  + 6 * EPS * Math.abs(y[i]);
        }
      }
    }
  }

  /** Columns of different means, from 0 to 1,000, and deviations. */
  private static float[] columns(Subject on, int rows, int columns) {
    float[] x = on.signed((long) rows * columns);
    for (int i = 0; i < x.length; i++) {
      int c = i % columns;
      x[i] = x[i] * (1 + c % 3) + (c % 4 == 3 ? 1000 : c % 4);
    }
    return x;
  }

  private static void check(
      Subject on, Activation activation, int rows, int columns, boolean onto) {
    String what = activation + " of " + rows + "x" + columns + (onto ? ", in place" : "");
    float[] x = columns(on, rows, columns);
    float[] scale = on.signed(columns);
    float[] shift = on.signed(columns);
    float[] oldMean = on.signed(columns);
    float[] oldVariance = on.signed(columns);
    Expected expected = new Expected(activation, rows, columns, x, scale, shift);
    Tensor xs = onto ? on.inOut(x, rows, columns) : on.in(x, rows, columns);
    Tensor y = onto ? xs : on.out(rows, columns);
    Tensor mean = on.out(columns);
    Tensor inverse = on.out(columns);
    Tensor runningMean = on.inOut(oldMean, columns);
    Tensor runningVariance = on.inOut(oldVariance, columns);
    on.device()
        .batchNormalization(
            new BatchNormalization(
                activation,
                xs,
                on.in(scale, columns),
                on.in(shift, columns),
                EPSILON,
                MOMENTUM,
                mean,
                inverse,
                runningMean,
                runningVariance,
                y));
    Accuracy.assertWithin("mean, " + what, expected.mean, expected.meanTolerance, mean.toArray());
    Accuracy.assertWithin(
        "inverse, " + what, expected.inverse, expected.inverseTolerance, inverse.toArray());
    Accuracy.assertWithin("y, " + what, expected.y, expected.yTolerance, y.toArray());
    double[] movedMean = new double[columns];
    double[] movedVariance = new double[columns];
    double[] meanTolerance = new double[columns];
    double[] varianceTolerance = new double[columns];
    for (int c = 0; c < columns; c++) {
      movedMean[c] = (1 - MOMENTUM) * oldMean[c] + MOMENTUM * expected.mean[c];
      movedVariance[c] = (1 - MOMENTUM) * oldVariance[c] + MOMENTUM * expected.unbiased[c];
      meanTolerance[c] = expected.meanTolerance[c] + 2 * EPS * Math.abs(movedMean[c]);
      // Twice the relative error of the inverse deviation.
      varianceTolerance[c] =
          2 * expected.inverseTolerance[c] / expected.inverse[c] * expected.unbiased[c]
              + 2 * EPS * Math.abs(movedVariance[c]);
    }
    Accuracy.assertWithin("running mean, " + what, movedMean, meanTolerance, runningMean.toArray());
    Accuracy.assertWithin(
        "running variance, " + what, movedVariance, varianceTolerance, runningVariance.toArray());
    on.nextCase();
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    int turn = 0;
    for (int[] shape : SHAPES) {
      Activation activation = ACTIVATIONS[turn % ACTIVATIONS.length];
      check(on, activation, shape[0], shape[1], turn++ % 2 == 1);
    }
    for (Activation activation : ACTIVATIONS) {
      check(on, activation, 130, 20, false);
    }
  }

  private static void checkGradient(
      Subject on, Activation activation, int rows, int columns, boolean onto) {
    String what = activation + " of " + rows + "x" + columns + (onto ? ", in place" : "");
    float[] x = columns(on, rows, columns);
    float[] dY = on.signed(x.length);
    float[] scale = on.signed(columns);
    float[] mean = new float[columns];
    float[] inverse = new float[columns];
    float[] y = new float[x.length];
    double[] dX = new double[x.length];
    double[] dScale = new double[columns];
    double[] dShift = new double[columns];
    double[] dXTolerance = new double[x.length];
    double[] dScaleTolerance = new double[columns];
    double[] dShiftTolerance = new double[columns];
    Expected forward = new Expected(activation, rows, columns, x, scale, new float[columns]);
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) forward.y[i];
    }
    for (int c = 0; c < columns; c++) {
      mean[c] = (float) forward.mean[c];
      inverse[c] = (float) forward.inverse[c];
      double d = 0;
      double e = 0;
      for (int i = c; i < x.length; i += columns) {
        double dZ = dY[i] * slope(activation, y[i]);
        double z = ((double) x[i] - mean[c]) * inverse[c];
        dShift[c] += dZ;
        dScale[c] += dZ * z;
        d += Math.abs(dZ);
        e += Math.abs(dZ * z);
      }
      dShiftTolerance[c] = 48 * EPS * d;
      dScaleTolerance[c] = 56 * EPS * e;
      double factor = (double) scale[c] * inverse[c];
      for (int i = c; i < x.length; i += columns) {
        double dZ = dY[i] * slope(activation, y[i]);
        double z = ((double) x[i] - mean[c]) * inverse[c];
        dX[i] = factor * (dZ - dShift[c] / rows - z * dScale[c] / rows);
        dXTolerance[i] =
            64 * EPS * Math.abs(factor) * (Math.abs(dZ) + d / rows + Math.abs(z) * e / rows);
      }
    }
    Tensor dYs = onto ? on.inOut(dY, rows, columns) : on.in(dY, rows, columns);
    Tensor dXs = onto ? dYs : on.out(rows, columns);
    Tensor dScales = on.out(columns);
    Tensor dShifts = on.out(columns);
    on.device()
        .batchNormalizationGradient(
            new BatchNormalizationGradient(
                activation,
                dYs,
                activation == Activation.IDENTITY ? null : on.in(y, rows, columns),
                on.in(x, rows, columns),
                on.in(scale, columns),
                on.in(mean, columns),
                on.in(inverse, columns),
                dXs,
                dScales,
                dShifts));
    Accuracy.assertWithin("dShift, " + what, dShift, dShiftTolerance, dShifts.toArray());
    Accuracy.assertWithin("dScale, " + what, dScale, dScaleTolerance, dScales.toArray());
    Accuracy.assertWithin("dX, " + what, dX, dXTolerance, dXs.toArray());
    on.nextCase();
  }

  private static double slope(Activation activation, double y) {
    return switch (activation) {
      case RELU -> y > 0 ? 1 : 0;
      case TANH -> (1 - y) * (1 + y);
      case SIGMOID -> y * (1 - y);
      default -> 1;
    };
  }

  @EachBackend
  void gradientsOfSizesAroundEveryPath(Subject on) {
    int turn = 0;
    for (int[] shape : SHAPES) {
      Activation activation = ACTIVATIONS[turn % ACTIVATIONS.length];
      checkGradient(on, activation, shape[0], shape[1], turn++ % 2 == 1);
    }
    for (Activation activation : ACTIVATIONS) {
      checkGradient(on, activation, 130, 20, false);
    }
  }

  @EachBackend
  void inference(Subject on) {
    for (int[] shape : new int[][] {{0, 4}, {1, 1}, {5, 3}, {41, 33}, {3, 1030}}) {
      for (Activation activation : ACTIVATIONS) {
        int columns = shape[1];
        float[] x = columns(on, shape[0], columns);
        float[] scale = on.signed(columns);
        float[] shift = on.signed(columns);
        float[] mean = on.signed(columns);
        float[] variance = on.signed(columns);
        double[] expected = new double[x.length];
        double[] tolerance = new double[x.length];
        for (int c = 0; c < columns; c++) {
          variance[c] = Math.abs(variance[c]);
        }
        for (int i = 0; i < x.length; i++) {
          int c = i % columns;
          double by = scale[c] / Math.sqrt(variance[c] + (double) EPSILON);
          expected[i] = Exact.activate(activation, (x[i] - (double) mean[c]) * by + shift[c]);
          double sizes = (Math.abs(x[i]) + Math.abs(mean[c])) * Math.abs(by) + Math.abs(shift[c]);
          tolerance[i] = 8 * EPS * sizes + 6 * EPS * Math.abs(expected[i]);
        }
        Tensor y = on.out(shape[0], columns);
        on.device()
            .batchNormalizationInference(
                new BatchNormalizationInference(
                    activation,
                    on.in(x, shape[0], columns),
                    on.in(scale, columns),
                    on.in(shift, columns),
                    EPSILON,
                    on.in(mean, columns),
                    on.in(variance, columns),
                    y));
        Accuracy.assertWithin("y of " + activation, expected, tolerance, y.toArray());
        on.nextCase();
      }
    }
  }

  @EachBackend
  void aColumnWithNanSpoilsNoOther(Subject on) {
    float[] x = columns(on, 70, 40);
    x[5 * 40 + 17] = Float.NaN;
    Tensor y = on.out(70, 40);
    Tensor mean = on.out(40);
    run(on, x, y, mean);
    float[] result = y.toArray();
    for (int i = 0; i < result.length; i++) {
      assertEquals(i % 40 == 17, Float.isNaN(result[i]), "element " + i);
    }
    assertTrue(Float.isNaN(mean.get(17)));
  }

  @EachBackend
  void theSameBitsEachTimeOnAnyNumberOfThreads(Subject on) {
    float[] x = columns(on, 600, 50);
    Determinism.check(
        on,
        "batch normalization",
        () -> {
          Tensor y = on.out(600, 50);
          run(on, x, y, on.out(50));
          return y.toArray();
        });
  }

  private static float[] onesAndMore(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 1 + i % 5;
    }
    return values;
  }

  private static void run(Subject on, float[] x, Tensor y, Tensor mean) {
    int columns = (int) y.columns();
    on.device()
        .batchNormalization(
            new BatchNormalization(
                Activation.IDENTITY,
                on.in(x, y.rows(), columns),
                on.in(onesAndMore(columns), columns),
                on.in(new float[columns], columns),
                EPSILON,
                MOMENTUM,
                mean,
                on.out(columns),
                on.inOut(new float[columns], columns),
                on.inOut(new float[columns], columns),
                y));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Workspace w = Devices.require("java").workspace()) {
      Tensor x = w.tensor(4, 3);
      Tensor c = w.tensor(3);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new BatchNormalization(
                          Activation.GELU, x, w.tensor(2), c, 0, 2, c, c, x, c, w.tensor(3, 3)))
              .getMessage();
      for (String fault :
          new String[] {
            "the activation cannot be GELU",
            "epsilon 0.0 is not above 0",
            "momentum 2.0 is not in [0, 1]",
            "scale",
            "runningMean",
            "y is 3x3"
          }) {
        assertTrue(message.contains(fault), message);
      }
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new BatchNormalizationInference(Activation.RELU, x, c, c, 1e-5f, c, c, x.rows(0, 3)));
      assertThrows(
          IllegalArgumentException.class,
          () ->
              new BatchNormalizationGradient(
                  Activation.RELU, x, null, x, c, c, c, x, c, w.tensor(3)));
    }
  }
}
