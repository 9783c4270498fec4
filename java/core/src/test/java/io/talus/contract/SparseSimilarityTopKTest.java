package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link SparseSimilarityTopK}: what the dense op would give for the matrix made dense. */
class SparseSimilarityTopKTest {

  private static void check(Subject on, SparseMatrix m, boolean excludeSelf, int k) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      TopK result = m.topK(on, measure, excludeSelf, k);
      new TopKChecks(measure, true, m.dense(), m.dense(), m.columns(), excludeSelf, k)
          .check(result.indices(), result.scores());
      on.nextCase();
    }
  }

  @EachBackend
  void everyShapeAndDensity(Subject on) {
    // Rows, columns, percent stored, k.
    int[][] cases = {
      {1, 1, 100, 1}, {2, 3, 50, 1}, {7, 5, 40, 3}, {17, 16, 20, 17}, {33, 100, 5, 10},
      {60, 33, 0, 5}, {60, 33, 100, 5}, {223, 40, 15, 20}, {450, 21, 10, 50}, {90, 700, 2, 10},
      {6, 70_001, 1, 5}
    };
    for (int[] c : cases) {
      SparseMatrix m = SparseMatrix.random(on, c[0], c[1], c[2] / 100.0);
      check(on, m, true, c[3]);
      check(on, m, false, c[3]);
    }
  }

  /** All scores of both ways side by side, each within what it promises of the exact one. */
  @EachBackend
  void sparseAndDenseGiveTheSameNumbers(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 40, 61, 0.3);
    SimilarityOracle.Row[] rows = SimilarityOracle.rows(m.dense(), m.columns());
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      float[] sparse = byIndex(m.topK(on, measure, false, m.rows()), m.rows());
      float[] dense = byIndex(runDense(on, measure, m), m.rows());
      SimilarityOracle ofSparse = new SimilarityOracle(measure, true);
      SimilarityOracle ofDense = new SimilarityOracle(measure, false);
      for (int i = 0; i < sparse.length; i++) {
        SimilarityOracle.Row u = rows[i / m.rows()];
        SimilarityOracle.Row v = rows[i % m.rows()];
        double exact = ofDense.similarity(u, v);
        double tolerance = ofSparse.tolerance(u, v, exact) + ofDense.tolerance(u, v, exact);
        assertEquals(dense[i], sparse[i], tolerance, measure + " of pair " + i);
      }
      on.nextCase();
    }
  }

  private static TopK runDense(Subject on, SimilarityMeasure measure, SparseMatrix m) {
    Tensor matrix = on.in(m.dense(), m.rows(), m.columns());
    return TopK.dense(on, measure, matrix, matrix, false, m.rows());
  }

  /** The score of each pair of rows, of lists that hold all. */
  private static float[] byIndex(TopK all, int rows) {
    float[] scores = new float[all.scores().length];
    for (int i = 0; i < scores.length; i++) {
      scores[i / rows * rows + all.indices()[i]] = all.scores()[i];
    }
    return scores;
  }

  @EachBackend
  void everyK(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 37, 20, 0.2);
    for (int k : new int[] {0, 1, 2, 15, 16, 17, 35, 36, 37, 38, 100}) {
      check(on, m, true, k);
    }
  }

  /** Ratings as they come: whole numbers, few items with most of them, users as columns. */
  @EachBackend
  void ratingsWithALongTail(Subject on) {
    int items = 250;
    int users = 150;
    float[] dense = new float[items * users];
    for (int i = 0; i < items; i++) {
      for (int u = 0; u < users; u++) {
        if (on.random().nextDouble() < 8.0 / (i + 8)) {
          dense[i * users + u] = 1 + on.random().nextInt(5);
        }
      }
    }
    check(on, SparseMatrix.of(items, users, dense), true, 50);
  }

  /** Sums of few small whole numbers tie all the time, at 0 most: the smaller index goes first. */
  @EachBackend
  void tiesGoToTheSmallerIndex(Subject on) {
    for (int rows : new int[] {10, 230, 400}) {
      float[] dense = new float[rows * 9];
      for (int i = 0; i < dense.length; i++) {
        dense[i] = on.random().nextInt(4) == 0 ? on.random().nextInt(3) - 1 : 0;
      }
      SparseMatrix m = SparseMatrix.of(rows, 9, dense);
      int[] expected = TopKChecks.exactDots(SimilarityOracle.rows(dense, 9), true);
      for (int k : new int[] {1, 7, rows / 3, rows}) {
        TopK result = m.topK(on, SimilarityMeasure.DOT, true, k);
        for (int at = 0; at < rows * k; at++) {
          int wanted = expected[at / k * rows + at % k];
          assertEquals(wanted, result.indices()[at], () -> "top " + k + " of " + m.rows());
        }
        on.nextCase();
      }
    }
  }

  /** A zero that is stored is a zero. */
  @EachBackend
  void storedZerosChangeNothing(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 40, 30, 0.2);
    boolean[] stored = new boolean[m.dense().length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = m.dense()[i] != 0 || i % 3 == 0;
    }
    check(on, SparseMatrix.of(40, 30, m.dense(), stored), true, 10);
  }

  /** Empty and constant rows are like nothing, but they are there. */
  @EachBackend
  void emptyAndConstantRows(Subject on) {
    float[] dense = on.signed(8 * 10);
    Arrays.fill(dense, 10, 20, 0);
    Arrays.fill(dense, 30, 40, 0.1f);
    Arrays.fill(dense, 50, 60, 0);
    check(on, SparseMatrix.of(8, 10, dense), true, 8);
    check(on, SparseMatrix.of(8, 10, new float[80]), true, 8);
    check(on, SparseMatrix.of(5, 0, new float[0], new boolean[0]), false, 0);
  }

  @EachBackend
  void aRowWithNanIsNoCandidateAndHasNone(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 40, 30, 0.3);
    m.dense()[3 * 30 + 4] = Float.NaN;
    m.dense()[20 * 30 + 29] = Float.NaN;
    check(on, SparseMatrix.of(40, 30, m.dense()), true, 12);
    check(on, SparseMatrix.of(40, 30, m.dense()), false, 40);
  }

  @EachBackend
  void aRowWithInfinityIsAsOneWithNan(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 40, 30, 0.3);
    m.dense()[3 * 30 + 4] = Float.POSITIVE_INFINITY;
    m.dense()[20 * 30 + 29] = Float.NEGATIVE_INFINITY;
    SparseMatrix stored = SparseMatrix.of(40, 30, m.dense().clone());
    m.dense()[3 * 30 + 4] = Float.NaN;
    m.dense()[20 * 30 + 29] = Float.NaN;
    SparseMatrix meant =
        new SparseMatrix(
            40, 30, stored.offsets(), stored.indices(), stored.values(), m.dense().clone());
    check(on, meant, true, 12);
  }

  @EachBackend
  void noRowsAndNoColumns(Subject on) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      SparseMatrix none =
          new SparseMatrix(0, 4, new long[1], new int[0], new float[0], new float[0]);
      assertEquals(0, none.topK(on, measure, true, 3).indices().length);
      SparseMatrix narrow =
          new SparseMatrix(3, 0, new long[4], new int[0], new float[0], new float[0]);
      TopK result = narrow.topK(on, measure, true, 3);
      assertArrayEquals(new int[] {1, 2, -1, 0, 2, -1, 0, 1, -1}, result.indices());
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, on.fewOr(300, 700), on.fewOr(120, 300), 0.05);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      TopK first = m.topK(on, measure, true, 30);
      Determinism.check(
          on,
          measure.toString(),
          () -> {
            TopK again = m.topK(on, measure, true, 30);
            assertArrayEquals(first.indices(), again.indices());
            return again.scores();
          });
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      CsrMatrix matrix = w.csr(3, 4, new long[4], new int[0], new float[0]);
      assertEquals(
          "sparseSimilarityTopK: scores is 2x2, the tile has 3 rows; indices is 3x3, not 3x2;"
              + " indices must be unbounded: -1 marks a place without candidate",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new SparseSimilarityTopK(
                          SimilarityMeasure.DOT, matrix, false, w.labels(9, 3, 3), w.tensor(2, 2)))
              .getMessage());
    }
  }
}
