package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** {@link Embedding} and its gradient. */
class EmbeddingTest {
  private static final int NONE = -1;

  /** Every way to be no id, whatever the column. */
  private static final float[] NO_IDS = {
    -1,
    0.5f,
    -0.25f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Embedding.IDS,
    0x1p31f,
    0x1p62f,
    Float.MAX_VALUE,
    Float.MIN_VALUE
  };

  /**
   * Rows of ids, dimensions, and the sizes of the columns' vocabularies: around vectors of 4, 8,
   * 16, sums of 32 terms, 32 places at a time, 128 columns of a warp.
   */
  private static final int[][] SHAPES = {
    {0, 3, 5},
    {1, 1, 1},
    {7, 0, 4},
    {4, 3, 9, 1},
    {33, 4, 2, 3},
    {40, 16, 1, 50},
    {90, 17, 3},
    {11, 64, 20, 30, 5},
    {5, 128, 7},
    {6, 131, 2, 2},
    {3, 400, 1000},
    {1200, 5, 2, 70},
    {9, 2, 70_001},
  };

  /** Vocabularies one after another in a table. */
  private static int[] spans(int... sizes) {
    int[] spans = new int[2 * sizes.length];
    int end = 0;
    for (int j = 0; j < sizes.length; j++) {
      spans[2 * j] = end;
      end += sizes[j];
      spans[2 * j + 1] = end;
    }
    return spans;
  }

  private static IntTensor on(Subject on, int[] spans, int rows) {
    return on.workspace().labels(rows + 1, spans.length / 2, 2).copyFrom(spans);
  }

  /** Some ids, the last of each vocabulary among them, and now and then what is none. */
  private static float[] ids(Subject on, int rows, int[] spans) {
    int columns = spans.length / 2;
    float[] ids = new float[rows * columns];
    for (int i = 0; i < ids.length; i++) {
      int j = i % columns;
      int size = spans[2 * j + 1] - spans[2 * j];
      int bad = on.random().nextInt(8 * (NO_IDS.length + 2));
      ids[i] =
          bad < NO_IDS.length
              ? NO_IDS[bad]
              : bad == NO_IDS.length
                  ? size
                  : bad == NO_IDS.length + 1
                      ? -0f
                      : i < columns ? size - 1 : on.random().nextInt(size);
    }
    return ids;
  }

  /** The row of the table that each id means. */
  private static int[] rowsOf(float[] ids, int[] spans) {
    int columns = spans.length / 2;
    int[] rows = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      int first = spans[2 * (i % columns)];
      int end = spans[2 * (i % columns) + 1];
      boolean isId = ids[i] >= 0 && ids[i] < end - first && ids[i] == Math.floor(ids[i]);
      rows[i] = isId ? first + (int) ids[i] : NONE;
    }
    return rows;
  }

  private static float[] expected(float[] table, int dimensions, int[] rows) {
    float[] y = new float[rows.length * dimensions];
    Arrays.fill(y, Float.NaN);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != NONE) {
        System.arraycopy(table, rows[i] * dimensions, y, i * dimensions, dimensions);
      }
    }
    return y;
  }

  private static float[] embed(Subject on, float[] table, int d, float[] ids, int[] spans) {
    int columns = spans.length / 2;
    int rows = ids.length / columns;
    Tensor y = on.out(rows, columns, d);
    int size = Arrays.stream(spans).max().orElseThrow();
    on.device()
        .embedding(
            new Embedding(
                on.in(table, size, d), on.in(ids, rows, columns), on(on, spans, size), y));
    return y.toArray();
  }

  private static float[] gradient(Subject on, float[] dY, int d, float[] ids, int[] spans) {
    int columns = spans.length / 2;
    int rows = ids.length / columns;
    int size = Arrays.stream(spans).max().orElseThrow();
    Tensor dTable = on.out(size, d);
    on.device()
        .embeddingGradient(
            new EmbeddingGradient(
                on.in(dY, rows, columns, d),
                on.in(ids, rows, columns),
                on(on, spans, size),
                dTable));
    return dTable.toArray();
  }

  @EachBackend
  void everyBitArrives(Subject on) {
    for (int[] shape : SHAPES) {
      int d = shape[1];
      int[] spans = spans(Arrays.copyOfRange(shape, 2, shape.length));
      float[] ids = ids(on, shape[0], spans);
      float[] table = on.signed((long) spans[spans.length - 1] * d);
      Accuracy.assertExact(
          "embedding of " + Arrays.toString(shape),
          expected(table, d, rowsOf(ids, spans)),
          embed(on, table, d, ids, spans));
      on.nextCase();
    }
  }

  private static void checkGradient(Subject on, String what, int d, float[] ids, int[] spans) {
    float[] dY = on.signed((long) ids.length * d);
    double[] sums = new double[Arrays.stream(spans).max().orElseThrow() * d];
    double[] tolerance = new double[sums.length];
    int[] rows = rowsOf(ids, spans);
    for (int i = 0; i < rows.length; i++) {
      for (int c = 0; c < d && rows[i] != NONE; c++) {
        sums[rows[i] * d + c] += dY[i * d + c];
        tolerance[rows[i] * d + c] += 34 * EPS * Math.abs(dY[i * d + c]);
      }
    }
    Accuracy.assertWithin(what, sums, tolerance, gradient(on, dY, d, ids, spans));
    on.nextCase();
  }

  @EachBackend
  void gradientsOfSizesAroundEveryPath(Subject on) {
    for (int[] shape : SHAPES) {
      int[] spans = spans(Arrays.copyOfRange(shape, 2, shape.length));
      checkGradient(
          on, "dTable of " + Arrays.toString(shape), shape[1], ids(on, shape[0], spans), spans);
    }
  }

  /** Columns whose spans are alike, overlap or are empty: one table for words of a sentence. */
  @EachBackend
  void columnsMayShareRows(Subject on) {
    int[] spans = {0, 10, 0, 10, 5, 12, 12, 12};
    float[] ids = ids(on, 50, new int[] {0, 10, 0, 10, 5, 12, 0, 1});
    float[] table = on.signed(12 * 6);
    float[] y = embed(on, table, 6, ids, spans);
    Accuracy.assertExact("shared rows", expected(table, 6, rowsOf(ids, spans)), y);
    on.nextCase();
    checkGradient(on, "dTable of shared rows", 6, ids, spans);
  }

  /** A word in every place, a thousand others once; with whole numbers the sums are exact. */
  @EachBackend
  void sumsOfManyTermsKeepTheirDigits(Subject on) {
    int rows = on.fewOr(2_000, 60_000);
    float[] ids = new float[rows];
    float[] dY = on.wholes(rows);
    float[] sums = new float[1001];
    for (int i = 0; i < rows; i++) {
      ids[i] = i % 2 == 0 ? 1000 : i % 1000;
      sums[(int) ids[i]] += dY[i];
    }
    Accuracy.assertExact("whole sums", sums, gradient(on, dY, 1, ids, spans(1001)));
    on.nextCase();
    checkGradient(on, "dTable of one word", 3, ids, spans(1001));
  }

  @EachBackend
  void nanStaysWhereItIs(Subject on) {
    float[] dY = new float[12];
    dY[4] = Float.NaN;
    dY[11] = Float.POSITIVE_INFINITY;
    float[] found = gradient(on, dY, 3, new float[] {2, 0, 2, 0}, spans(4));
    float[] expected = new float[12];
    expected[1] = Float.NaN;
    expected[2] = Float.POSITIVE_INFINITY;
    Accuracy.assertExact("dTable", expected, found);
  }

  @EachBackend
  void theSameBitsEachTimeOnAnyNumberOfThreads(Subject on) {
    int[] spans = spans(300, 40);
    float[] ids = ids(on, 900, spans);
    float[] values = on.signed(900 * 2 * 40);
    Determinism.check(on, "embedding", () -> embed(on, values, 40, ids, spans(300, 1500)));
    Determinism.check(on, "its gradient", () -> gradient(on, values, 40, ids, spans));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Workspace w = Devices.require("java").workspace()) {
      Tensor table = w.tensor(5, 3);
      Tensor ids = w.tensor(4, 2);
      assertRefused(
          () -> new Embedding(table, ids, w.labels(7, 2), table),
          "embedding: y has 15 elements, not 24",
          "spans is 2, not 2x2",
          "spans must be labels up to 5, the rows of table; their bound is 7",
          "y and table share memory");
      assertRefused(
          () -> new EmbeddingGradient(w.tensor(4, 2), ids, w.ints(2, 2), ids.reshape(1, 8)),
          "embeddingGradient: dY has 8 elements, not 64",
          "their bound is not set (make them with labels())",
          "dTable and ids share memory");
      assertRefused(
          () -> new Embedding(table, ids, w.labelsIgnoring(-1, 6, 2, 2), w.tensor(8, 3)),
          "their bound is not set");
      assertEquals(0, new Embedding(table, ids, w.labels(6, 2, 2), w.tensor(4, 6)).flops());
    }
  }

  private static void assertRefused(Executable making, String... faults) {
    String message = assertThrows(IllegalArgumentException.class, making).getMessage();
    for (String fault : faults) {
      assertTrue(message.contains(fault), message);
    }
  }
}
