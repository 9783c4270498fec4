package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Sizes;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link SparseSimilarityTopK}: what the dense op would give for the matrix made dense. */
class SparseSimilarityTopKTest {

  private record Result(int[] indices, float[] scores) {}

  /** A matrix as it is stored and as it is meant. */
  private record Matrix(
      int rows, int columns, long[] offsets, int[] indices, float[] values, float[] dense) {

    /** Of what {@code stored} says is stored; other elements of {@code dense} must be 0. */
    static Matrix of(int rows, int columns, float[] dense, boolean[] stored) {
      int count = 0;
      for (boolean is : stored) {
        count += is ? 1 : 0;
      }
      long[] offsets = new long[rows + 1];
      int[] indices = new int[count];
      float[] values = new float[count];
      int at = 0;
      for (int i = 0; i < dense.length; i++) {
        if (stored[i]) {
          indices[at] = i % columns;
          values[at++] = dense[i];
        }
        if ((i + 1) % columns == 0) {
          offsets[(i + 1) / columns] = at;
        }
      }
      return new Matrix(rows, columns, offsets, indices, values, dense);
    }

    static Matrix of(int rows, int columns, float[] dense) {
      boolean[] stored = new boolean[dense.length];
      for (int i = 0; i < dense.length; i++) {
        stored[i] = dense[i] != 0;
      }
      return of(rows, columns, dense, stored);
    }
  }

  private static Result run(
      Subject on, SimilarityMeasure measure, Matrix m, boolean excludeSelf, int k) {
    return run(on, measure, m, new Tile(0, m.rows), excludeSelf, k);
  }

  private static Result run(
      Subject on, SimilarityMeasure measure, Matrix m, Tile tile, boolean excludeSelf, int k) {
    IntTensor indices = on.intsOut(tile.rows(), k);
    Tensor scores = on.out(tile.rows(), k);
    try (CsrMatrix matrix = on.workspace().csr(m.rows, m.columns, m.offsets, m.indices, m.values)) {
      on.device()
          .sparseSimilarityTopK(
              new SparseSimilarityTopK(
                  SparseMeasure.of(measure),
                  Support.ANY,
                  matrix,
                  tile,
                  excludeSelf,
                  indices,
                  scores));
      return new Result(indices.toArray(), scores.toArray());
    }
  }

  private static void check(Subject on, Matrix m, boolean excludeSelf, int k) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Result result = run(on, measure, m, excludeSelf, k);
      new TopKChecks(measure, true, m.dense, m.dense, m.columns, excludeSelf, k)
          .check(result.indices, result.scores);
      on.nextCase();
    }
  }

  /** Signed values in a given share of the places; some rows are empty, some full. */
  private static Matrix random(Subject on, int rows, int columns, double share) {
    float[] dense = on.signed((long) rows * columns);
    for (int i = 0; i < dense.length; i++) {
      int row = i / columns;
      boolean empty = row % 11 == 5;
      boolean full = row % 13 == 7;
      if (empty || (!full && on.random().nextDouble() > share)) {
        dense[i] = 0;
      }
    }
    return Matrix.of(rows, columns, dense);
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
      Matrix m = random(on, c[0], c[1], c[2] / 100.0);
      check(on, m, true, c[3]);
      check(on, m, false, c[3]);
    }
  }

  /** All scores of both ways side by side, each within what it promises of the exact one. */
  @EachBackend
  void sparseAndDenseGiveTheSameNumbers(Subject on) {
    Matrix m = random(on, 40, 61, 0.3);
    SimilarityOracle.Row[] rows = SimilarityOracle.rows(m.dense, m.columns);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      float[] sparse = byIndex(run(on, measure, m, false, m.rows), m.rows);
      float[] dense = byIndex(runDense(on, measure, m), m.rows);
      SimilarityOracle ofSparse = new SimilarityOracle(measure, true);
      SimilarityOracle ofDense = new SimilarityOracle(measure, false);
      for (int i = 0; i < sparse.length; i++) {
        SimilarityOracle.Row u = rows[i / m.rows];
        SimilarityOracle.Row v = rows[i % m.rows];
        double exact = ofDense.similarity(u, v);
        double tolerance = ofSparse.tolerance(u, v, exact) + ofDense.tolerance(u, v, exact);
        assertEquals(dense[i], sparse[i], tolerance, measure + " of pair " + i);
      }
      on.nextCase();
    }
  }

  private static Result runDense(Subject on, SimilarityMeasure measure, Matrix m) {
    IntTensor indices = on.intsOut(m.rows, m.rows);
    Tensor scores = on.out(m.rows, m.rows);
    Tensor matrix = on.in(m.dense, m.rows, m.columns);
    on.device().similarityTopK(new SimilarityTopK(measure, matrix, matrix, false, indices, scores));
    return new Result(indices.toArray(), scores.toArray());
  }

  /** The score of each pair of rows, of lists that hold all. */
  private static float[] byIndex(Result all, int rows) {
    float[] scores = new float[all.scores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i / rows * rows + all.indices[i]] = all.scores[i];
    }
    return scores;
  }

  @EachBackend
  void everyK(Subject on) {
    Matrix m = random(on, 37, 20, 0.2);
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
    check(on, Matrix.of(items, users, dense), true, 50);
  }

  /** Sums of few small whole numbers tie all the time, at 0 most: the smaller index goes first. */
  @EachBackend
  void tiesGoToTheSmallerIndex(Subject on) {
    for (int rows : new int[] {10, 230, 400}) {
      float[] dense = new float[rows * 9];
      for (int i = 0; i < dense.length; i++) {
        dense[i] = on.random().nextInt(4) == 0 ? on.random().nextInt(3) - 1 : 0;
      }
      Matrix m = Matrix.of(rows, 9, dense);
      int[] expected = TopKChecks.exactDots(SimilarityOracle.rows(dense, 9), true);
      for (int k : new int[] {1, 7, rows / 3, rows}) {
        Result result = run(on, SimilarityMeasure.DOT, m, true, k);
        for (int at = 0; at < rows * k; at++) {
          int wanted = expected[at / k * rows + at % k];
          assertEquals(wanted, result.indices[at], () -> "top " + k + " of " + m.rows);
        }
        on.nextCase();
      }
    }
  }

  /** A zero that is stored is a zero. */
  @EachBackend
  void storedZerosChangeNothing(Subject on) {
    Matrix m = random(on, 40, 30, 0.2);
    boolean[] stored = new boolean[m.dense.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = m.dense[i] != 0 || i % 3 == 0;
    }
    check(on, Matrix.of(40, 30, m.dense, stored), true, 10);
  }

  /** Empty and constant rows are like nothing, but they are there. */
  @EachBackend
  void emptyAndConstantRows(Subject on) {
    float[] dense = on.signed(8 * 10);
    Arrays.fill(dense, 10, 20, 0);
    Arrays.fill(dense, 30, 40, 0.1f);
    Arrays.fill(dense, 50, 60, 0);
    check(on, Matrix.of(8, 10, dense), true, 8);
    check(on, Matrix.of(8, 10, new float[80]), true, 8);
    check(on, Matrix.of(5, 0, new float[0], new boolean[0]), false, 0);
  }

  @EachBackend
  void aRowWithNanIsNoCandidateAndHasNone(Subject on) {
    Matrix m = random(on, 40, 30, 0.3);
    m.dense[3 * 30 + 4] = Float.NaN;
    m.dense[20 * 30 + 29] = Float.NaN;
    check(on, Matrix.of(40, 30, m.dense), true, 12);
    check(on, Matrix.of(40, 30, m.dense), false, 40);
  }

  @EachBackend
  void aRowWithInfinityIsAsOneWithNan(Subject on) {
    Matrix m = random(on, 40, 30, 0.3);
    m.dense[3 * 30 + 4] = Float.POSITIVE_INFINITY;
    m.dense[20 * 30 + 29] = Float.NEGATIVE_INFINITY;
    Matrix stored = Matrix.of(40, 30, m.dense.clone());
    m.dense[3 * 30 + 4] = Float.NaN;
    m.dense[20 * 30 + 29] = Float.NaN;
    Matrix meant =
        new Matrix(40, 30, stored.offsets, stored.indices, stored.values, m.dense.clone());
    check(on, meant, true, 12);
  }

  @EachBackend
  void noRowsAndNoColumns(Subject on) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Matrix none = new Matrix(0, 4, new long[1], new int[0], new float[0], new float[0]);
      assertEquals(0, run(on, measure, none, true, 3).indices.length);
      Matrix narrow = new Matrix(3, 0, new long[4], new int[0], new float[0], new float[0]);
      Result result = run(on, measure, narrow, true, 3);
      assertArrayEquals(new int[] {1, 2, -1, 0, 2, -1, 0, 1, -1}, result.indices);
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Matrix m = random(on, on.fewOr(300, 700), on.fewOr(120, 300), 0.05);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Result first = run(on, measure, m, true, 30);
      Determinism.check(
          on,
          measure.toString(),
          () -> {
            Result again = run(on, measure, m, true, 30);
            assertArrayEquals(first.indices, again.indices);
            return again.scores;
          });
      on.nextCase();
    }
  }

  private static void checkTiles(Subject on, Matrix m, int k, int[][] tiles) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Result whole = run(on, measure, m, true, k);
      for (int[] t : tiles) {
        String place = measure + ", rows from " + t[0] + ", " + t[1] + " of them";
        Result part = run(on, measure, m, new Tile(t[0], t[1], t[2]), true, k);
        int from = t[0] * k;
        int to = from + t[1] * k;
        assertArrayEquals(Arrays.copyOfRange(whole.indices, from, to), part.indices, place);
        assertArrayEquals(Arrays.copyOfRange(whole.scores, from, to), part.scores, place);
        on.nextCase();
      }
    }
  }

  /** Rows, of which some are empty, some full; the third number is of bytes for scores. */
  @EachBackend
  void aRangeOfRowsHasTheBitsOfTheWhole(Subject on) {
    Matrix m = random(on, 97, 61, 0.15);
    int[][] tiles = {
      {0, 1, 0},
      {0, 97, 0},
      {0, 97, 5000},
      {13, 30, 1 << 20},
      {48, 16, 0},
      {60, 37, 3000},
      {96, 1, 0},
      {5, 0, 0},
      {97, 0, 0}
    };
    checkTiles(on, m, 12, tiles);
  }

  @EachBackend
  void aRangeOfRowsOfAMatrixOfManyBlocks(Subject on) {
    Matrix m = random(on, 530, 40, 0.04);
    int[][] tiles = {{0, 270, 1 << 20}, {250, 280, 100_000}};
    checkTiles(on, m, 8, tiles);
  }

  @EachBackend
  void rangesOfRowsMeetTheOracle(Subject on) {
    Matrix m = random(on, 50, 30, 0.2);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      int[] indices = new int[50 * 8];
      float[] scores = new float[indices.length];
      for (int first = 0; first < 50; first += 20) {
        int now = Math.min(20, 50 - first);
        Result part = run(on, measure, m, new Tile(first, now, 500), false, 8);
        System.arraycopy(part.indices, 0, indices, first * 8, now * 8);
        System.arraycopy(part.scores, 0, scores, first * 8, now * 8);
      }
      new TopKChecks(measure, true, m.dense, m.dense, m.columns, false, 8).check(indices, scores);
      on.nextCase();
    }
  }

  /** More than a GPU takes at once, in long columns and in ones of hardly an element. */
  @EachBackend
  void thousandsOfRows(Subject on) {
    Matrix dense = random(on, 4200, 7, 0.4);
    float[] few = new float[4200 * 60];
    for (int i = 0; i < 90; i++) {
      few[(i * 977 % 4200 / (i % 3 + 1)) * 60 + i * 7 % 60] = 1 + on.random().nextFloat();
    }
    for (Matrix m : List.of(dense, Matrix.of(4200, 60, few))) {
      for (SimilarityMeasure measure : SimilarityMeasure.values()) {
        Result part = run(on, measure, m, new Tile(0, 3, 0), true, 10);
        float[] first = Arrays.copyOf(m.dense, 3 * m.columns);
        new TopKChecks(measure, true, first, m.dense, m.columns, true, 10)
            .check(part.indices, part.scores);
        on.nextCase();
      }
    }
  }

  @EachBackend
  void memoryIsToldAheadAndGrowsWithTheTile(Subject on) {
    for (SparseMeasure measure : SparseMeasure.values()) {
      for (Support support : List.of(Support.ANY, Support.atLeast(2))) {
        Sizes sizes = new Sizes(measure, support, 1000, 500, 20_000, 10);
        long one = on.device().sparseSimilarityTopKBytes(sizes, new Tile(0, 1, 0));
        long all = on.device().sparseSimilarityTopKBytes(sizes, new Tile(0, 1000, 0));
        assertTrue(one > sizes.matrixBytes() + sizes.resultBytes(1), one + " for a row");
        assertTrue(all >= one + sizes.resultBytes(999), all + " for all rows, " + one + " for one");
      }
    }
  }

  @Test
  void tilesBeyondTheMatrixAreRefused() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      CsrMatrix matrix = w.csr(3, 4, new long[4], new int[0], new float[0]);
      assertEquals(
          "sparseSimilarityTopK: the tile is rows 2 .. 3 of a matrix with 3 rows",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new SparseSimilarityTopK(
                          SparseMeasure.DOT,
                          Support.ANY,
                          matrix,
                          new Tile(2, 2),
                          false,
                          w.ints(2, 2),
                          w.tensor(2, 2)))
              .getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> new Tile(-1, 2));
    assertThrows(IllegalArgumentException.class, () -> new Tile(0, 2, -1));
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
