package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Sizes;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link SparseSimilarityTopK} of some of the rows at a time. */
class SparseSimilarityTilesTest {

  private static void checkTiles(Subject on, SparseMatrix m, int k, int[][] tiles) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      TopK whole = m.topK(on, measure, true, k);
      for (int[] t : tiles) {
        String place = measure + ", rows from " + t[0] + ", " + t[1] + " of them";
        Tile tile = new Tile(t[0], t[1], t[2]);
        m.topK(on, measure, tile, true, k).assertPartOf(whole, tile, k, place);
        on.nextCase();
      }
    }
  }

  /** Rows, of which some are empty, some full; the third number is of bytes for scores. */
  @EachBackend
  void aRangeOfRowsHasTheBitsOfTheWhole(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 97, 61, 0.15);
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
    SparseMatrix m = SparseMatrix.random(on, 530, 40, 0.04);
    int[][] tiles = {{0, 270, 1 << 20}, {250, 280, 100_000}};
    checkTiles(on, m, 8, tiles);
  }

  @EachBackend
  void rangesOfRowsMeetTheOracle(Subject on) {
    SparseMatrix m = SparseMatrix.random(on, 50, 30, 0.2);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      int[] indices = new int[50 * 8];
      float[] scores = new float[indices.length];
      for (int first = 0; first < 50; first += 20) {
        int now = Math.min(20, 50 - first);
        TopK part = m.topK(on, measure, new Tile(first, now, 500), false, 8);
        System.arraycopy(part.indices(), 0, indices, first * 8, now * 8);
        System.arraycopy(part.scores(), 0, scores, first * 8, now * 8);
      }
      new TopKChecks(measure, true, m.dense(), m.dense(), m.columns(), false, 8)
          .check(indices, scores);
      on.nextCase();
    }
  }

  /** More than a GPU takes at once, in long columns and in ones of hardly an element. */
  @EachBackend
  void thousandsOfRows(Subject on) {
    SparseMatrix dense = SparseMatrix.random(on, 4200, 7, 0.4);
    float[] few = new float[4200 * 60];
    for (int i = 0; i < 90; i++) {
      few[(i * 977 % 4200 / (i % 3 + 1)) * 60 + i * 7 % 60] = 1 + on.random().nextFloat();
    }
    for (SparseMatrix m : List.of(dense, SparseMatrix.of(4200, 60, few))) {
      for (SimilarityMeasure measure : SimilarityMeasure.values()) {
        TopK part = m.topK(on, measure, new Tile(0, 3, 0), true, 10);
        float[] first = Arrays.copyOf(m.dense(), 3 * m.columns());
        new TopKChecks(measure, true, first, m.dense(), m.columns(), true, 10)
            .check(part.indices(), part.scores());
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
}
