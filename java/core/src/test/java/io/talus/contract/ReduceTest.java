package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.ArgMax;
import io.talus.op.Axis;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link Reduce} and {@link ArgMax}. */
class ReduceTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  /**
   * Sums go in chunks of 4,096 and segments of 65,536, rows of at most 64 several at a time,
   * columns in blocks of 256 by 1,024, arg-maxima in segments of 8,192; threads share more than
   * 32,768.
   */
  private static final int[][] SHAPES = {
    {1, 1},
    {1, 2},
    {3, 5},
    {5, 3},
    {7, 16},
    {17, 17},
    {16, 63},
    {33, 64},
    {31, 65},
    {9, 100},
    {2, 4095},
    {2, 4096},
    {3, 4097},
    {1, 8193},
    {2, 8192},
    {1, 65_536},
    {2, 65_537},
    {255, 255},
    {256, 256},
    {257, 257},
    {1030, 40},
    {40, 1030},
    {70_001, 3},
    {3, 70_001},
    {70_001, 1}
  };

  private static int results(Axis axis, int rows, int columns) {
    return switch (axis) {
      case ALL -> 1;
      case EACH_ROW -> rows;
      case EACH_COLUMN -> columns;
    };
  }

  private static int resultOf(Axis axis, int i, int columns) {
    return switch (axis) {
      case ALL -> 0;
      case EACH_ROW -> i / columns;
      case EACH_COLUMN -> i % columns;
    };
  }

  private static float[] run(
      Subject on, ReduceFunction f, Axis axis, int rows, int columns, float[] x) {
    Tensor y = on.out(results(axis, rows, columns));
    on.device().reduce(new Reduce(f, axis, on.in(x, rows, columns), y));
    return y.toArray();
  }

  private static void check(
      Subject on, ReduceFunction f, Axis axis, int rows, int columns, float[] x) {
    double[] expected = new double[results(axis, rows, columns)];
    double[] size = new double[expected.length];
    int[] count = new int[expected.length];
    Arrays.fill(expected, f == ReduceFunction.MAX ? -INF : f == ReduceFunction.MIN ? INF : 0);
    for (int i = 0; i < x.length; i++) {
      int r = resultOf(axis, i, columns);
      double value = f == ReduceFunction.SUM_OF_SQUARES ? (double) x[i] * x[i] : x[i];
      switch (f) {
        case MAX -> expected[r] = Math.max(expected[r], value);
        case MIN -> expected[r] = Math.min(expected[r], value);
        default -> expected[r] += value;
      }
      size[r] += Math.abs(value);
      count[r]++;
    }
    boolean exact = f == ReduceFunction.MAX || f == ReduceFunction.MIN;
    double[] tolerance = new double[expected.length];
    for (int r = 0; r < expected.length; r++) {
      if (f == ReduceFunction.MEAN) {
        expected[r] /= count[r];
        size[r] /= count[r];
      }
      tolerance[r] = exact ? 0 : (Math.min(count[r], 4096) / 16.0 + 64) * EPS * size[r];
    }
    float[] actual = run(on, f, axis, rows, columns, x);
    Accuracy.assertWithin(
        f + " " + axis + " of " + rows + "x" + columns, expected, tolerance, actual);
    on.nextCase();
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    for (int[] s : SHAPES) {
      float[] x = on.signed((long) s[0] * s[1]);
      for (ReduceFunction function : ReduceFunction.values()) {
        for (Axis axis : Axis.values()) {
          check(on, function, axis, s[0], s[1], x);
        }
      }
    }
  }

  @EachBackend
  void wholeNumbersAreExact(Subject on) {
    for (int[] s : new int[][] {{3, 5}, {300, 70}, {5, 5000}}) {
      float[] x = on.wholes((long) s[0] * s[1]);
      for (Axis axis : Axis.values()) {
        float[] sums = new float[results(axis, s[0], s[1])];
        float[] squares = new float[sums.length];
        for (int i = 0; i < x.length; i++) {
          sums[resultOf(axis, i, s[1])] += x[i];
          squares[resultOf(axis, i, s[1])] += x[i] * x[i];
        }
        float[] actual = run(on, ReduceFunction.SUM, axis, s[0], s[1], x);
        Accuracy.assertExact("sum " + axis, sums, actual);
        actual = run(on, ReduceFunction.SUM_OF_SQUARES, axis, s[0], s[1], x);
        Accuracy.assertExact("sum of squares " + axis, squares, actual);
        on.nextCase();
      }
    }
  }

  /** One large value and many that each round away beside it: the worst case for a sum in a row. */
  @EachBackend
  void manySmallBesideOneLarge(Subject on) {
    for (int n : new int[] {64, 65, 1000, 4096, 70_001}) {
      float[] x = new float[n];
      Arrays.fill(x, 0x1p-24f);
      x[0] = 1;
      check(on, ReduceFunction.SUM, Axis.ALL, 1, n, x);
      check(on, ReduceFunction.SUM, Axis.EACH_COLUMN, n, 1, x);
      float[] rows = Arrays.copyOf(x, 2 * n);
      check(on, ReduceFunction.SUM, Axis.EACH_ROW, 2, n, rows);
    }
  }

  @EachBackend
  void ofNoElements(Subject on) {
    for (ReduceFunction f : ReduceFunction.values()) {
      float expected =
          switch (f) {
            case SUM, SUM_OF_SQUARES -> 0;
            case MEAN -> NAN;
            case MAX -> -INF;
            case MIN -> INF;
          };
      float[] three = {expected, expected, expected};
      Accuracy.assertExact(
          f + " ALL", new float[] {expected}, run(on, f, Axis.ALL, 0, 3, new float[0]));
      Accuracy.assertExact(
          f + " ALL", new float[] {expected}, run(on, f, Axis.ALL, 3, 0, new float[0]));
      Accuracy.assertExact(f + " row", three, run(on, f, Axis.EACH_ROW, 3, 0, new float[0]));
      Accuracy.assertExact(f + " column", three, run(on, f, Axis.EACH_COLUMN, 0, 3, new float[0]));
      assertEquals(0, run(on, f, Axis.EACH_ROW, 0, 3, new float[0]).length);
      assertEquals(0, run(on, f, Axis.EACH_COLUMN, 3, 0, new float[0]).length);
    }
  }

  @EachBackend
  void nanPassesThroughFromEveryPlace(Subject on) {
    for (int[] s : new int[][] {{2, 20}, {20, 70}, {2, 5000}, {300, 3}}) {
      for (int place : new int[] {0, 3, s[0] * s[1] / 2, s[0] * s[1] - 1}) {
        float[] x = on.signed((long) s[0] * s[1]);
        x[place] = NAN;
        for (ReduceFunction f : ReduceFunction.values()) {
          for (Axis axis : Axis.values()) {
            float[] y = run(on, f, axis, s[0], s[1], x);
            for (int r = 0; r < y.length; r++) {
              boolean nan = r == resultOf(axis, place, s[1]);
              assertEquals(nan, Float.isNaN(y[r]), f + " " + axis + ", NaN at " + place);
            }
          }
          on.nextCase();
        }
      }
    }
  }

  @EachBackend
  void infinities(Subject on) {
    float[] x = new float[100];
    x[40] = INF;
    for (Axis axis : Axis.values()) {
      assertTrue(
          Float.isInfinite(
              run(on, ReduceFunction.SUM, axis, 1, 100, x)[axis == Axis.EACH_COLUMN ? 40 : 0]));
    }
    x[70] = -INF;
    Accuracy.assertExact(
        "inf - inf", new float[] {NAN}, run(on, ReduceFunction.SUM, Axis.ALL, 1, 100, x));
    Accuracy.assertExact(
        "max", new float[] {INF}, run(on, ReduceFunction.MAX, Axis.ALL, 1, 100, x));
    Accuracy.assertExact(
        "min", new float[] {-INF}, run(on, ReduceFunction.MIN, Axis.ALL, 100, 1, x));
  }

  private static int[] argMax(Subject on, int rows, int columns, float[] x) {
    IntTensor y = on.intsOut(rows);
    on.device().argMax(new ArgMax(on.in(x, rows, columns), y));
    return y.toArray();
  }

  @EachBackend
  void argMaxOfEveryShape(Subject on) {
    for (int[] s : SHAPES) {
      float[] x = on.signed((long) s[0] * s[1]);
      int[] expected = new int[s[0]];
      for (int i = 0; i < x.length; i++) {
        int row = i / s[1];
        int best = row * s[1] + expected[row];
        if (x[i] > x[best]) {
          expected[row] = i % s[1];
        }
      }
      assertArrayEquals(expected, argMax(on, s[0], s[1], x), s[0] + "x" + s[1]);
      on.nextCase();
    }
    assertEquals(0, argMax(on, 0, 5, new float[0]).length);
  }

  /** The smaller index wins a tie and the first NaN wins over all, wherever the vectors are cut. */
  @EachBackend
  void argMaxOfTiesAndNan(Subject on) {
    for (int columns : new int[] {1, 2, 10, 16, 17, 33, 100, 1000, 8192, 8193, 20_000}) {
      float[] x = new float[4 * columns];
      int[] expected = new int[4];
      for (int j = 0; j < columns; j++) {
        x[j] = on.random().nextInt(3);
        x[columns + j] = -INF;
        x[2 * columns + j] = j % 7;
        x[3 * columns + j] = INF;
      }
      for (int j = columns - 1; j >= 0; j--) {
        expected[0] = x[j] >= x[expected[0]] ? j : expected[0];
      }
      int nan = columns / 2;
      Arrays.fill(x, 2 * columns + nan, 3 * columns, NAN);
      expected[2] = nan;
      x[4 * columns - 1] = NAN;
      expected[3] = columns - 1;
      assertArrayEquals(expected, argMax(on, 4, columns, x), "columns " + columns);
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsWhereverXLies(Subject on) {
    for (int[] s : new int[][] {{70, 100}, {3, 7000}, {40, 132}, {9, 37}}) {
      float[] x = on.signed((long) s[0] * s[1]);
      for (Axis axis : Axis.values()) {
        float[] expected = run(on, ReduceFunction.SUM, axis, s[0], s[1], x);
        for (int before = 1; before < 4; before++) {
          Tensor longer = on.workspace().tensor(before + x.length);
          Tensor inside = longer.rows(before, before + x.length);
          inside.copyFrom(FloatBuffer.wrap(x));
          Tensor y = on.out(results(axis, s[0], s[1]));
          on.device().reduce(new Reduce(ReduceFunction.SUM, axis, inside.reshape(s[0], s[1]), y));
          Accuracy.assertSameBits("sum " + axis + ", " + before + " in", expected, y.toArray());
        }
      }
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    for (int[] s : new int[][] {{300, 700}, {3, 200_003}, {70_001, 5}}) {
      float[] x = on.signed((long) s[0] * s[1]);
      for (Axis axis : Axis.values()) {
        Determinism.check(
            on, "sum " + axis, () -> run(on, ReduceFunction.SUM, axis, s[0], s[1], x));
      }
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor x = w.tensor(3, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Reduce(ReduceFunction.SUM, Axis.EACH_ROW, x, x.reshape(12).rows(0, 4)))
              .getMessage();
      assertEquals("reduce: y has 4 elements, not 3; y and x share memory", message);
      message =
          assertThrows(
                  IllegalArgumentException.class, () -> new ArgMax(w.tensor(3, 0), w.labels(2, 4)))
              .getMessage();
      assertEquals("argMax: x has no columns; y has 4 elements, not 3", message);
      message =
          assertThrows(IllegalArgumentException.class, () -> new ArgMax(x, w.labels(2, 3)))
              .getMessage();
      assertEquals("argMax: y is bounded by 2, x has 4 columns", message);
    }
  }
}
