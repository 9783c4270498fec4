package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.LogSoftmax;
import io.talus.op.Softmax;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link Softmax} and {@link LogSoftmax}. */
class SoftmaxTest {
  private static final float INF = Float.POSITIVE_INFINITY;

  /** Runs one of the two, in place or not. */
  private static float[] run(Subject on, boolean log, boolean inPlace, float[] x, long... shape) {
    Tensor input = inPlace ? on.inOut(x, shape) : on.in(x, shape);
    Tensor output = inPlace ? input : on.out(shape);
    if (log) {
      on.device().logSoftmax(new LogSoftmax(input, output));
    } else {
      on.device().softmax(new Softmax(input, output));
    }
    return output.toArray();
  }

  private static void check(Subject on, int rows, int columns, float[] x) {
    double[] softmax = new double[x.length];
    double[] softmaxTolerance = new double[x.length];
    double[] logarithm = new double[x.length];
    double[] logTolerance = new double[x.length];
    for (int start = 0; start < x.length; start += columns) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = start; j < start + columns; j++) {
        max = Math.max(max, x[j]);
      }
      double sum = 0;
      for (int j = start; j < start + columns; j++) {
        sum += Math.exp(x[j] - max);
      }
      double steps = 8 + Math.min(columns, 128);
      for (int j = start; j < start + columns; j++) {
        softmax[j] = Math.exp(x[j] - max) / sum;
        softmaxTolerance[j] =
            softmax[j] == 0 ? 0 : (steps + Math.abs(x[j] - max)) * EPS * softmax[j];
        logarithm[j] = x[j] - max - Math.log(sum);
        double size =
            Math.max(Math.max(1, Math.abs(logarithm[j])), Math.max(Math.abs(x[j]), Math.abs(max)));
        logTolerance[j] = steps * EPS * size;
      }
    }
    String shape = rows + "x" + columns;
    for (boolean inPlace : new boolean[] {false, true}) {
      String what = shape + (inPlace ? " in place" : "");
      float[] y = run(on, false, inPlace, x, rows, columns);
      Accuracy.assertWithin("softmax " + what, softmax, softmaxTolerance, y);
      y = run(on, true, inPlace, x, rows, columns);
      Accuracy.assertWithin("logSoftmax " + what, logarithm, logTolerance, y);
      on.nextCase();
    }
  }

  private static float[] logits(Subject on, int rows, int columns) {
    float[] x = on.signed((long) rows * columns);
    for (int i = 0; i < x.length; i++) {
      x[i] *= 8;
    }
    return x;
  }

  private static void check(Subject on, int rows, int columns) {
    check(on, rows, columns, logits(on, rows, columns));
  }

  /** Vectors are 16, 8 and 4 long; rows of at most 32 are taken several at a time. */
  @EachBackend
  void everyWidthAroundTheVectors(Subject on) {
    for (int columns : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 31, 32, 33, 47, 64, 65}) {
      for (int rows : new int[] {1, 2, 3, 5, 16, 17, 33}) {
        check(on, rows, columns);
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    for (int columns : new int[] {2047, 2048, 2049, 4096, 4099, 6151}) {
      check(on, 3, columns); // a row is taken in chunks of 2048
    }
    check(on, 127, 257); // below what a second thread is worth (32,768 elements)
    check(on, 129, 257); // and above, with more rows than tasks (128)
    check(on, 1, 0);
    check(on, 0, 7);
  }

  /** More rows than a 16-bit count holds; results that no cache holds go past it. */
  @EachBackend
  void tallAndWide(Subject on) {
    // An interpreter takes 20 seconds for these; there 16-bit counts of blocks are tested only.
    check(on, on.device().isEmulated() ? 4_001 : 70_001, 61);
    check(on, 66_000, 10);
    check(on, 2, 70_001);
  }

  /** On GPUs such rows are cut into slices of at most 10240 elements, about equal ones. */
  @EachBackend
  void rowsThatSeveralBlocksShare(Subject on) {
    for (int columns : new int[] {12_289, 16_386, 32_769, 65_535, 65_537, 128_256}) {
      check(on, 2, columns);
    }
    for (int round = 0; round < 2; round++) { // one aligned, one not
      check(on, 1, 32_772);
      check(on, 3, 65_536);
      check(on, 1, 128_256);
    }
    check(on, 0, 40_000);
  }

  @EachBackend
  void slicesOfEveryKind(Subject on) {
    int columns = 65_540; // seven slices of 9376, six of them whole
    int slice = 9_376;
    float[] x = logits(on, 5, columns);
    for (int i = 0; i < columns; i += slice / 2) {
      x[i] = 40; // the maximum, twice in each slice
    }
    Arrays.fill(x, columns, columns + slice, -INF); // a slice that adds nothing
    Arrays.fill(x, 2 * columns, 3 * columns - slice, -INF); // only the last one does
    Arrays.fill(x, 3 * columns, 4 * columns, -3e38f); // each far below the one before
    for (int i = 0; i < 5; i++) {
      x[3 * columns + i * slice] = 3e38f - i * 1e38f;
    }
    for (int i = 0; i < columns; i++) {
      x[4 * columns + i] = i / slice * -30; // sums of slices that differ by far
    }
    check(on, 5, columns, x);
  }

  @EachBackend
  void rowsOfOneSort(Subject on) {
    for (int columns : new int[] {1, 4, 10, 100, 2500}) {
      float[] x = new float[3 * columns];
      Arrays.fill(x, columns, 2 * columns, 1e30f);
      Arrays.fill(x, 2 * columns, 3 * columns, -3e38f);
      double[] expected = new double[x.length];
      Arrays.fill(expected, 1.0 / columns);
      double[] tolerance = new double[x.length];
      Arrays.fill(tolerance, 2 * EPS / columns);
      Accuracy.assertWithin(
          "equal logits, " + columns, expected, tolerance, run(on, false, false, x, 3, columns));
    }
  }

  @EachBackend
  void hugeDifferencesNeitherOverflowNorLoseTheMaximum(Subject on) {
    for (int columns : new int[] {3, 40, 2100}) {
      float[] x = new float[columns];
      Arrays.fill(x, -3e38f);
      x[columns - 1] = 3e38f;
      float[] expected = new float[columns];
      expected[columns - 1] = 1;
      Accuracy.assertExact("softmax", expected, run(on, false, false, x, 1, columns));
      float last = run(on, true, false, x, 1, columns)[columns - 1];
      assertEquals(0f, last, "logSoftmax of the maximum");
    }
  }

  /** NaN, +inf or nothing but -inf make a row NaN, and leave its neighbours alone. */
  @EachBackend
  void nanAndInfinityRules(Subject on) {
    for (int columns : new int[] {1, 2, 10, 16, 33, 500, 2100, 5000, 40_000}) {
      for (int place : new int[] {0, columns / 2, columns - 1}) {
        for (float special : new float[] {Float.NaN, INF, -INF}) {
          float[] x = logits(on, 3, columns);
          x[columns + place] = special;
          boolean nanRow = special != -INF || columns == 1;
          for (boolean log : new boolean[] {false, true}) {
            float[] y = run(on, log, false, x, 3, columns);
            String what = "log " + log + ", " + special + " at " + place + " of " + columns;
            for (int i = 0; i < y.length; i++) {
              boolean inRow = i / columns == 1;
              assertEquals(inRow && nanRow, Float.isNaN(y[i]), what + ", element " + i);
            }
            if (!nanRow) {
              assertEquals(log ? -INF : 0f, y[columns + place], what);
            }
          }
          on.nextCase();
        }
      }
      float[] x = logits(on, 3, columns);
      Arrays.fill(x, columns, 2 * columns, -INF);
      float[] y = run(on, false, true, x, 3, columns);
      assertTrue(Float.isNaN(y[columns]) && Float.isNaN(y[2 * columns - 1]), "only -inf");
      assertTrue(!Float.isNaN(y[0]) && !Float.isNaN(y[2 * columns]), "beside only -inf");
      on.nextCase();
    }
  }

  @EachBackend
  void arraysOfMoreAxesAreRowsOfTheInnermost(Subject on) {
    float[] x = logits(on, 6, 7);
    Tensor y = on.out(6, 7);
    on.device().softmax(new Softmax(on.in(x, 2, 3, 7), y.reshape(3, 2, 7)));
    Accuracy.assertSameBits("as a matrix", run(on, false, false, x, 6, 7), y.toArray());
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    for (int[] shape : new int[][] {{300, 1000}, {5000, 10}, {3, 70_001}, {2, 65_536}}) {
      float[] x = logits(on, shape[0], shape[1]);
      for (boolean log : new boolean[] {false, true}) {
        Determinism.check(on, "log " + log, () -> run(on, log, false, x, shape[0], shape[1]));
      }
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor all = w.tensor(6, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> new Softmax(all.rows(0, 3), all.rows(2, 4)))
              .getMessage();
      assertEquals("softmax: y is 2x4, not 3x4; y and x overlap in part", message);
      message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new LogSoftmax(all.rows(0, 3), all.rows(1, 4)))
              .getMessage();
      assertEquals("logSoftmax: y and x overlap in part", message);
    }
  }
}
