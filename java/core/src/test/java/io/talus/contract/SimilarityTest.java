package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.Similarity;
import io.talus.op.SimilarityMeasure;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link Similarity}: all measures over the full matrix. */
class SimilarityTest {
  private static final float NAN = Float.NaN;

  private static float[] run(
      Subject on, SimilarityMeasure measure, float[] a, float[] b, int columns) {
    int rowsA = a.length / columns;
    int rowsB = b.length / columns;
    Tensor first = on.in(a, rowsA, columns);
    Tensor second = a == b ? first : on.in(b, rowsB, columns);
    Tensor y = on.out(rowsA, rowsB);
    on.device().similarity(new Similarity(measure, first, second, y));
    return y.toArray();
  }

  private static void check(
      Subject on, SimilarityMeasure measure, float[] a, float[] b, int columns) {
    int rowsA = a.length / columns;
    int rowsB = b.length / columns;
    SimilarityOracle oracle = new SimilarityOracle(measure, false);
    double[] expected = new double[rowsA * rowsB];
    double[] tolerance = new double[expected.length];
    SimilarityOracle.Row[] rowsOfA = SimilarityOracle.rows(a, columns);
    SimilarityOracle.Row[] rowsOfB = a == b ? rowsOfA : SimilarityOracle.rows(b, columns);
    for (int i = 0; i < expected.length; i++) {
      SimilarityOracle.Row u = rowsOfA[i / rowsB];
      SimilarityOracle.Row v = rowsOfB[i % rowsB];
      expected[i] = oracle.similarity(u, v);
      tolerance[i] = oracle.tolerance(u, v, expected[i]);
    }
    float[] y = run(on, measure, a, b, columns);
    String what = measure + " of " + rowsA + " and " + rowsB + " rows of " + columns;
    Accuracy.assertWithin(what, expected, tolerance, y);
    if (measure == SimilarityMeasure.COSINE || measure == SimilarityMeasure.PEARSON) {
      for (float value : y) {
        assertTrue(!(Math.abs(value) > 1), what + " gives " + value);
      }
    }
    on.nextCase();
  }

  /** Blocks are 224 rows, chunks 256 columns; tiles 14, 6 and 4 rows, vectors 16, 8 and 4. */
  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    // Rows of a, rows of b, columns.
    int[][] shapes = {
      {1, 1, 1},
      {3, 5, 2},
      {13, 33, 16},
      {15, 7, 17},
      {40, 40, 255},
      {41, 31, 257},
      {223, 225, 9},
      {224, 224, 3},
      {225, 450, 5},
      {30, 20, 513},
      {1, 300, 40},
      {300, 1, 40}
    };
    for (int[] s : shapes) {
      for (SimilarityMeasure measure : SimilarityMeasure.values()) {
        float[] a = on.signed((long) s[0] * s[2]);
        check(on, measure, a, on.signed((long) s[1] * s[2]), s[2]);
        check(on, measure, a, a, s[2]);
      }
    }
  }

  /** More rows than a 16-bit count holds, and more columns. */
  @EachBackend
  void tallAndWide(Subject on) {
    // The kernels differ in what follows after the sums.
    SimilarityMeasure[] one = {SimilarityMeasure.PEARSON};
    for (SimilarityMeasure measure : on.fewOr(one, SimilarityMeasure.values())) {
      check(on, measure, on.signed(70_001L * 3), on.signed(2L * 3), 3);
      check(on, measure, on.signed(2L * 3), on.signed(70_001L * 3), 3);
    }
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      check(on, measure, on.signed(2L * 70_001), on.signed(3L * 70_001), 70_001);
    }
  }

  @EachBackend
  void wholeNumbersAreExact(Subject on) {
    float[] a = on.wholes(30 * 20);
    float[] expected = new float[900];
    for (int i = 0; i < 900; i++) {
      for (int p = 0; p < 20; p++) {
        expected[i] += a[i / 30 * 20 + p] * a[i % 30 * 20 + p];
      }
    }
    float[] y = run(on, SimilarityMeasure.DOT, a, a, 20);
    Accuracy.assertExact("dot", expected, y);
  }

  /** Zero and constant rows give 0, whole and tiny and huge rows what they should. */
  @EachBackend
  void unusualRows(Subject on) {
    int columns = 21;
    float[] a = on.signed(9 * columns);
    Arrays.fill(a, 0, columns, 0);
    Arrays.fill(a, columns, 2 * columns, 0.1f);
    for (int j = 0; j < columns; j++) {
      a[3 * columns + j] *= 1e-30f;
      a[4 * columns + j] *= 1e17f;
      a[5 * columns + j] = a[6 * columns + j];
      a[7 * columns + j] = -a[6 * columns + j];
      a[8 * columns + j] = 1000 + a[6 * columns + j];
    }
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      check(on, measure, a, a, columns);
      check(on, measure, a, a.clone(), columns);
    }
    float[] cosine = run(on, SimilarityMeasure.COSINE, a, a, columns);
    float[] pearson = run(on, SimilarityMeasure.PEARSON, a, a, columns);
    for (int i = 0; i < 9; i++) {
      assertEquals(0f, Math.abs(cosine[i]), "cosine of a zero row");
      assertEquals(0f, Math.abs(pearson[i]), "correlation of a zero row");
      assertEquals(0f, Math.abs(pearson[9 + i]), "correlation of a constant row");
    }
  }

  /** Near rows: their distance is not what is left of two large products. */
  @EachBackend
  void nearAndEqualRowsAreNear(Subject on) {
    int columns = 130;
    float[] a = on.signed(3 * columns);
    for (int j = 0; j < columns; j++) {
      a[j] *= 100;
      a[columns + j] = a[j];
      a[2 * columns + j] = a[j] + (j == 5 ? 0.5f : 0);
    }
    float[] y = run(on, SimilarityMeasure.EUCLIDEAN, a, a.clone(), columns);
    check(on, SimilarityMeasure.EUCLIDEAN, a, a, columns);
    for (float value : y) {
      assertTrue(value > 0 && value <= 1, "in (0, 1]: " + value);
    }
  }

  @EachBackend
  void aRowWithNanGivesNanAgainstEveryRow(Subject on) {
    int columns = 19;
    float[] a = on.signed(5 * columns);
    Arrays.fill(a, 0, columns, 0);
    a[2 * columns + 7] = NAN;
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      for (float[] b : new float[][] {a, a.clone()}) {
        float[] y = run(on, measure, a, b, columns);
        for (int i = 0; i < 25; i++) {
          boolean nan = i / 5 == 2 || i % 5 == 2;
          assertEquals(nan, Float.isNaN(y[i]), measure + ", pair " + i / 5 + ", " + i % 5);
        }
        on.nextCase();
      }
    }
  }

  @EachBackend
  void emptyRowsAndMatrices(Subject on) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Tensor none = on.in(new float[0], 3, 0);
      Tensor y = on.out(3, 3);
      on.device().similarity(new Similarity(measure, none, none, y));
      float[] expected = new float[9];
      Arrays.fill(expected, measure == SimilarityMeasure.EUCLIDEAN ? 1 : 0);
      Accuracy.assertExact(measure + " of rows of nothing", expected, y.toArray());
      Tensor noRows = on.in(new float[0], 0, 4);
      Tensor some = on.in(on.signed(8), 2, 4);
      on.device().similarity(new Similarity(measure, noRows, some, on.out(0, 2)));
      on.device().similarity(new Similarity(measure, some, noRows, on.out(2, 0)));
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    float[] a = on.signed(500 * 60);
    float[] b = on.signed(300 * 60);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Determinism.check(on, measure + " of one", () -> run(on, measure, a, a, 60));
      Determinism.check(on, measure + " of two", () -> run(on, measure, a, b, 60));
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor a = w.tensor(3, 4);
      assertEquals(
          "similarity: a is 3x4, b is 2x5: columns differ; y is 3x4, not 3x2; y and a share memory",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Similarity(SimilarityMeasure.DOT, a, w.tensor(2, 5), a))
              .getMessage());
    }
  }
}
