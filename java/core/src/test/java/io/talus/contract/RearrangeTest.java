package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.GatherRows;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * {@link TransposeMatrix}, {@link SwapAxes} and {@link GatherRows}: every bit arrives, at its
 * place.
 */
class RearrangeTest {

  /** Vectors of 16, 8 and 4, blocks of 64, more than a 16-bit count either way. */
  @EachBackend
  void transposeOfEveryShape(Subject on) {
    int[][] shapes = {
      {0, 3},
      {3, 0},
      {1, 1},
      {1, 7},
      {7, 1},
      {3, 4},
      {4, 4},
      {5, 8},
      {15, 17},
      {16, 16},
      {31, 33},
      {63, 65},
      {64, 64},
      {65, 129},
      {200, 300},
      {70_001, 3},
      {3, 70_001},
      {513, 1030}
    };
    for (int[] s : shapes) {
      float[] x = on.signed((long) s[0] * s[1]);
      if (x.length > 0) {
        x[x.length / 2] = Float.NaN;
      }
      float[] expected = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        expected[i % s[1] * s[0] + i / s[1]] = x[i];
      }
      Tensor y = on.out(s[1], s[0]);
      on.device().transpose(new TransposeMatrix(on.in(x, s[0], s[1]), y));
      Accuracy.assertSameBits("transpose of " + s[0] + "x" + s[1], expected, y.toArray());
      on.nextCase();
    }
  }

  /** From 32 MiB on, results go past the caches. */
  @EachBackend
  void transposePastTheCaches(Subject on) {
    int rows = on.fewOr(67, 4099);
    int columns = on.fewOr(131, 2051);
    float[] x = new float[rows * columns];
    float[] expected = new float[x.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        x[i * columns + j] = i * columns + j;
        expected[j * rows + i] = i * columns + j;
      }
    }
    Tensor y = on.out(columns, rows);
    on.device().transpose(new TransposeMatrix(on.workspace().tensor(x, rows, columns), y));
    Accuracy.assertSameBits("transpose", expected, y.toArray());
  }

  @EachBackend
  void swappedAxesOfEveryShape(Subject on) {
    int[][] shapes = {
      {0, 3, 2},
      {3, 0, 2},
      {3, 2, 0},
      {1, 1, 1},
      {1, 5, 3},
      {5, 1, 3},
      {4, 3, 1},
      {7, 9, 4},
      {13, 28, 28},
      {3, 2, 70_001},
      {300, 201, 3}
    };
    for (int[] s : shapes) {
      float[] x = on.signed((long) s[0] * s[1] * s[2]);
      float[] expected = new float[x.length];
      for (int from = 0; from < x.length; from += s[2]) {
        int row = from / s[2];
        System.arraycopy(x, from, expected, (row % s[1] * s[0] + row / s[1]) * s[2], s[2]);
      }
      Tensor y = on.out(s[1], s[0], s[2]);
      on.device().swapAxes(new SwapAxes(on.in(x, s[0], s[1], s[2]), y));
      Accuracy.assertSameBits("swapped axes of " + Arrays.toString(s), expected, y.toArray());
      on.nextCase();
    }
  }

  @EachBackend
  void gatherOfEveryShape(Subject on) {
    // Rows of the table, columns, rows taken.
    int[][] shapes = {
      {1, 1, 1},
      {5, 3, 0},
      {5, 0, 4},
      {5, 3, 12},
      {9, 16, 9},
      {100, 17, 50},
      {70_001, 2, 70_003},
      {3, 70_001, 2},
      {50, 784, 128}
    };
    for (int[] s : shapes) {
      float[] table = on.signed((long) s[0] * s[1]);
      int[] indices = new int[s[2]];
      float[] expected = new float[s[2] * s[1]];
      for (int i = 0; i < s[2]; i++) {
        indices[i] = i == 0 ? s[0] - 1 : on.random().nextInt(s[0]);
        System.arraycopy(table, indices[i] * s[1], expected, i * s[1], s[1]);
      }
      IntTensor taken = on.workspace().labels(s[0], s[2]).copyFrom(indices);
      Tensor y = on.out(s[2], s[1]);
      on.device().gatherRows(new GatherRows(on.in(table, s[0], s[1]), taken, y));
      Accuracy.assertSameBits("gather of " + s[0] + "x" + s[1], expected, y.toArray());
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor table = w.tensor(4, 3);
      assertEquals(
          "transpose: y is 4x3, not 3x4; y and x share memory",
          assertThrows(IllegalArgumentException.class, () -> new TransposeMatrix(table, table))
              .getMessage());
      Tensor cube = w.tensor(4, 3, 2);
      assertEquals(
          "swapAxes: y and x share memory; y is 4x3x2, not 3x4x2",
          assertThrows(IllegalArgumentException.class, () -> new SwapAxes(cube, cube))
              .getMessage());
      assertEquals(
          "swapAxes: x is 4x3, not of three axes",
          assertThrows(IllegalArgumentException.class, () -> new SwapAxes(table, cube))
              .getMessage());
      assertEquals(
          "gatherRows: y is 4x3, not 2x3; indices must be labels below 4, the rows of table; their"
              + " bound is 5; y and table share memory",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new GatherRows(table, w.labels(5, 2), table))
              .getMessage());
      // Labels with a value to ignore, or of any value, are no row numbers.
      for (IntTensor unusable : new IntTensor[] {w.ints(2), w.labelsIgnoring(-1, 4, 2)}) {
        assertThrows(
            IllegalArgumentException.class, () -> new GatherRows(table, unusable, w.tensor(2, 3)));
      }
    }
  }
}
