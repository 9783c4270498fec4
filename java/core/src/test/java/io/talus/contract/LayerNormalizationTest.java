package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link LayerNormalization} and its gradient. */
class LayerNormalizationTest {
  private static final float EPSILON = 1e-5f;

  /** Around vectors of 4, 8, 16, chunks of 1,024, 32 or 256 rows, 128, 512 and 4,096 columns. */
  private static final int[][] SHAPES = {
    {0, 3}, {1, 1}, {3, 2}, {5, 10}, {33, 16}, {7, 63}, {9, 128}, {6, 129}, {3, 512}, {2, 513},
    {300, 40}, {2, 1030}, {2, 4096}, {2, 4100}, {1, 9000}
  };

  /** Rows of different means, from 0 to 1,000, and deviations. */
  private static float[] rows(Subject on, int rows, int columns) {
    float[] x = on.signed((long) rows * columns);
    for (int i = 0; i < x.length; i++) {
      int row = i / columns;
      x[i] = x[i] * (1 + row % 3) + (row % 4 == 2 ? 1000 : row % 4);
    }
    return x;
  }

  private static double mean(float[] x, int from, int columns) {
    double sum = 0;
    for (int i = from; i < from + columns; i++) {
      sum += x[i];
    }
    return sum / columns;
  }

  /** Around {@code centre}. */
  private static double variance(float[] x, int from, int columns, double centre) {
    double squares = 0;
    for (int i = from; i < from + columns; i++) {
      squares += (x[i] - centre) * (x[i] - centre);
    }
    return squares / columns;
  }

  private static void check(Subject on, int rows, int columns, boolean onto) {
    String what = rows + "x" + columns + (onto ? ", in place" : "");
    float[] x = rows(on, rows, columns);
    float[] scale = on.signed(columns);
    float[] shift = on.signed(columns);
    double[] mean = new double[rows];
    double[] meanTolerance = new double[rows];
    double[] inverse = new double[rows];
    double[] inverseTolerance = new double[rows];
    double[] y = new double[x.length];
    double[] yTolerance = new double[x.length];
    for (int row = 0; row < rows; row++) {
      int from = row * columns;
      mean[row] = mean(x, from, columns);
      inverse[row] = 1 / Math.sqrt(variance(x, from, columns, mean[row]) + EPSILON);
      double spread = Math.sqrt(variance(x, from, columns, x[from]));
      meanTolerance[row] = EPS * (80 * spread + 2 * Math.abs(mean[row]));
      inverseTolerance[row] = 64 * EPS * (1 + spread * inverse[row]) * inverse[row];
      for (int i = from; i < from + columns; i++) {
        double z = (x[i] - mean[row]) * inverse[row];
        y[i] = z * scale[i - from] + shift[i - from];
        double far = (spread + Math.abs(x[i] - (double) x[from])) * inverse[row];
        yTolerance[i] =
            EPS
                * (96 * Math.abs(scale[i - from]) * (1 + Math.abs(z)) * (1 + far)
                    + 4 * Math.abs(shift[i - from]));
      }
    }
    Tensor xs = onto ? on.inOut(x, rows, columns) : on.in(x, rows, columns);
    Tensor ys = onto ? xs : on.out(rows, columns);
    Tensor means = on.out(rows);
    Tensor inverses = on.out(rows);
    on.device()
        .layerNormalization(
            new LayerNormalization(
                xs, on.in(scale, columns), on.in(shift, columns), EPSILON, means, inverses, ys));
    Accuracy.assertWithin("mean of " + what, mean, meanTolerance, means.toArray());
    Accuracy.assertWithin("inverse of " + what, inverse, inverseTolerance, inverses.toArray());
    Accuracy.assertWithin("y of " + what, y, yTolerance, ys.toArray());
    on.nextCase();
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    int turn = 0;
    for (int[] shape : SHAPES) {
      check(on, shape[0], shape[1], turn++ % 2 == 1);
    }
  }

  private static void checkGradient(Subject on, int rows, int columns, boolean onto) {
    String what = rows + "x" + columns + (onto ? ", in place" : "");
    float[] x = rows(on, rows, columns);
    float[] dY = on.signed(x.length);
    float[] scale = on.signed(columns);
    float[] mean = new float[rows];
    float[] inverse = new float[rows];
    double[] dX = new double[x.length];
    double[] dXTolerance = new double[x.length];
    double[] dScale = new double[columns];
    double[] dScaleTolerance = new double[columns];
    double[] dShift = new double[columns];
    double[] dShiftTolerance = new double[columns];
    for (int row = 0; row < rows; row++) {
      int from = row * columns;
      mean[row] = (float) mean(x, from, columns);
      inverse[row] = (float) (1 / Math.sqrt(variance(x, from, columns, mean[row]) + EPSILON));
      double direct = 0;
      double along = 0;
      double directSize = 0;
      double alongSize = 0;
      for (int c = 0; c < columns; c++) {
        double z = ((double) x[from + c] - mean[row]) * inverse[row];
        double g = (double) dY[from + c] * scale[c];
        direct += g / columns;
        along += g * z / columns;
        directSize += Math.abs(g) / columns;
        alongSize += Math.abs(g * z) / columns;
        dShift[c] += dY[from + c];
        dShiftTolerance[c] += 96 * EPS * Math.abs(dY[from + c]);
        dScale[c] += dY[from + c] * z;
        dScaleTolerance[c] += 96 * EPS * Math.abs(dY[from + c] * z);
      }
      for (int c = 0; c < columns; c++) {
        double z = ((double) x[from + c] - mean[row]) * inverse[row];
        double g = (double) dY[from + c] * scale[c];
        dX[from + c] = inverse[row] * (g - direct - z * along);
        dXTolerance[from + c] =
            96 * EPS * inverse[row] * (Math.abs(g) + directSize + Math.abs(z) * alongSize);
      }
    }
    Tensor dYs = onto ? on.inOut(dY, rows, columns) : on.in(dY, rows, columns);
    Tensor dXs = onto ? dYs : on.out(rows, columns);
    Tensor dScales = on.out(columns);
    Tensor dShifts = on.out(columns);
    on.device()
        .layerNormalizationGradient(
            new LayerNormalizationGradient(
                dYs,
                on.in(x, rows, columns),
                on.in(scale, columns),
                on.in(mean, rows),
                on.in(inverse, rows),
                dXs,
                dScales,
                dShifts));
    Accuracy.assertWithin("dShift of " + what, dShift, dShiftTolerance, dShifts.toArray());
    Accuracy.assertWithin("dScale of " + what, dScale, dScaleTolerance, dScales.toArray());
    Accuracy.assertWithin("dX of " + what, dX, dXTolerance, dXs.toArray());
    on.nextCase();
  }

  @EachBackend
  void gradientsOfSizesAroundEveryPath(Subject on) {
    int turn = 0;
    for (int[] shape : SHAPES) {
      if (shape[0] > 0) {
        checkGradient(on, shape[0], shape[1], turn++ % 2 == 1);
      }
    }
  }

  @EachBackend
  void aRowWithNanOrInfinitySpoilsNoOther(Subject on) {
    float[] x = rows(on, 6, 40);
    x[2 * 40 + 17] = Float.NaN;
    x[4 * 40] = Float.POSITIVE_INFINITY;
    float[] y = run(on, x, 6, 40);
    for (int i = 0; i < y.length; i++) {
      assertEquals(i / 40 == 2 || i / 40 == 4, Float.isNaN(y[i]), "element " + i);
    }
  }

  @EachBackend
  void aConstantRowGivesTheShift(Subject on) {
    for (int columns : new int[] {30, 600, 5000}) {
      float[] x = new float[2 * columns];
      Arrays.fill(x, 1234.567f);
      float[] y = run(on, x, 2, columns);
      for (int i = 0; i < y.length; i++) {
        assertEquals(i % columns % 3, y[i], "element " + i);
      }
    }
  }

  @EachBackend
  void theSameBitsEachTimeOnAnyNumberOfThreads(Subject on) {
    float[] x = rows(on, 700, 50);
    Determinism.check(on, "layer normalization", () -> run(on, x, 700, 50));
    float[] dY = on.signed(x.length);
    float[] ones = new float[700];
    Arrays.fill(ones, 1);
    Determinism.check(
        on,
        "its gradient",
        () -> {
          Tensor dScale = on.out(50);
          on.device()
              .layerNormalizationGradient(
                  new LayerNormalizationGradient(
                      on.in(dY, 700, 50),
                      on.in(x, 700, 50),
                      on.in(Arrays.copyOf(ones, 50), 50),
                      on.in(ones, 700),
                      on.in(ones, 700),
                      on.out(700, 50),
                      dScale,
                      on.out(50)));
          return dScale.toArray();
        });
  }

  /** With a gain of 1, 2, 3, ... by turns and a bias of 0, 1, 2. */
  private static float[] run(Subject on, float[] x, int rows, int columns) {
    float[] scale = new float[columns];
    float[] shift = new float[columns];
    for (int c = 0; c < columns; c++) {
      scale[c] = 1 + c % 5;
      shift[c] = c % 3;
    }
    Tensor y = on.out(rows, columns);
    on.device()
        .layerNormalization(
            new LayerNormalization(
                on.in(x, rows, columns),
                on.in(scale, columns),
                on.in(shift, columns),
                EPSILON,
                on.out(rows),
                on.out(rows),
                y));
    return y.toArray();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Workspace w = Devices.require("java").workspace()) {
      Tensor x = w.tensor(4, 3);
      Tensor c = w.tensor(3);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new LayerNormalization(x, w.tensor(2), c, 0, c, x, w.tensor(3, 3)))
              .getMessage();
      for (String fault :
          new String[] {
            "epsilon 0.0 is not above 0",
            "scale has 2 elements",
            "mean has 3 elements",
            "inverseDeviation and x share memory",
            "y is 3x3"
          }) {
        assertTrue(message.contains(fault), message);
      }
      message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new LayerNormalizationGradient(x, x, c, c, w.tensor(4), x, c, c))
              .getMessage();
      for (String fault :
          new String[] {
            "mean has 3 elements",
            "dX and x share memory",
            "dScale and dShift share memory",
            "dScale and scale share memory"
          }) {
        assertTrue(message.contains(fault), message);
      }
    }
  }
}
