package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link SimilarityTopK}. */
class SimilarityTopKTest {

  private static TopK run(
      Subject on,
      SimilarityMeasure measure,
      float[] a,
      float[] b,
      int columns,
      boolean excludeSelf,
      int k) {
    Tensor first = on.in(a, a.length / columns, columns);
    Tensor second = a == b ? first : on.in(b, b.length / columns, columns);
    return TopK.dense(on, measure, first, second, excludeSelf, k);
  }

  private static void check(
      Subject on,
      SimilarityMeasure measure,
      float[] a,
      float[] b,
      int columns,
      boolean excludeSelf,
      int k) {
    TopK result = run(on, measure, a, b, columns, excludeSelf, k);
    new TopKChecks(measure, false, a, b, columns, excludeSelf, k)
        .check(result.indices(), result.scores());
    on.nextCase();
  }

  /** Blocks are 224 rows, chunks 256 columns; lists hold up to k and some newcomers. */
  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    // Rows of a, rows of b, columns, k.
    int[][] shapes = {
      {1, 1, 1, 1},
      {3, 5, 2, 2},
      {15, 17, 16, 17},
      {40, 33, 257, 10},
      {223, 225, 7, 20},
      {224, 224, 3, 1},
      {225, 450, 5, 50},
      {30, 700, 20, 300},
      {300, 2, 9, 4}
    };
    for (int[] s : shapes) {
      for (SimilarityMeasure measure : SimilarityMeasure.values()) {
        float[] a = on.signed((long) s[0] * s[2]);
        check(on, measure, a, on.signed((long) s[1] * s[2]), s[2], false, s[3]);
        check(on, measure, a, a, s[2], true, s[3]);
        if (on.fewOr(measure == SimilarityMeasure.DOT, true)) {
          check(on, measure, a, on.signed((long) s[1] * s[2]), s[2], true, s[3]);
          check(on, measure, a, a, s[2], false, s[3]);
        }
      }
    }
  }

  @EachBackend
  void everyK(Subject on) {
    float[] a = on.signed(37 * 11);
    for (int k : new int[] {0, 1, 2, 15, 16, 17, 35, 36, 37, 38, 100}) {
      for (SimilarityMeasure measure : SimilarityMeasure.values()) {
        check(on, measure, a, a, 11, true, k);
        check(on, measure, a, a.clone(), 11, false, k);
      }
    }
  }

  /** More rows than a 16-bit count holds, on either side. */
  @EachBackend
  void tallAndWide(Subject on) {
    check(on, SimilarityMeasure.DOT, on.signed(70_001L * 2), on.signed(6), 2, false, 2);
    check(on, SimilarityMeasure.COSINE, on.signed(6), on.signed(70_001L * 2), 2, false, 30);
  }

  /** Sums of few small whole numbers tie all the time: the smaller index goes first. */
  @EachBackend
  void tiesGoToTheSmallerIndex(Subject on) {
    for (int rows : new int[] {10, 230, 460}) {
      float[] a = new float[rows * 3];
      for (int i = 0; i < a.length; i++) {
        a[i] = on.random().nextInt(3) - 1;
      }
      for (boolean excludeSelf : new boolean[] {false, true}) {
        int[] expected = TopKChecks.exactDots(SimilarityOracle.rows(a, 3), excludeSelf);
        for (int k : on.fewOr(new int[] {7, rows / 3}, new int[] {1, 7, rows / 3, rows})) {
          for (float[] b : new float[][] {a, a.clone()}) {
            TopK result = run(on, SimilarityMeasure.DOT, a, b, 3, excludeSelf, k);
            for (int at = 0; at < rows * k; at++) {
              int wanted = expected[at / k * rows + at % k];
              assertEquals(wanted, result.indices()[at], () -> "top " + k + " of " + rows);
            }
            on.nextCase();
          }
        }
      }
    }
  }

  /** Equal rows have equal scores wherever they lie, so they too come by index. */
  @EachBackend
  void equalRowsComeByIndex(Subject on) {
    int columns = 40;
    int rows = 460;
    float[] a = on.signed((long) rows * columns);
    for (int i = 0; i < rows; i++) {
      System.arraycopy(a, i % 5 * columns, a, i * columns, columns);
    }
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      for (float[] b : new float[][] {a, a.clone()}) {
        TopK result = run(on, measure, a, b, columns, false, 92);
        for (int i = 0; i < rows; i++) {
          for (int place = 1; place < 92; place++) {
            int at = i * 92 + place;
            boolean tie = result.scores()[at - 1] == result.scores()[at];
            boolean byIndex = result.indices()[at - 1] < result.indices()[at];
            assertTrue(tie && byIndex, () -> measure + ": equal rows out of order or unequal");
          }
        }
        on.nextCase();
      }
    }
  }

  /** Rows with NaN are no candidates and have none; zero rows are like nothing, but are there. */
  @EachBackend
  void nanIsNoCandidateAndZeroIs(Subject on) {
    int columns = 6;
    float[] a = on.signed(12 * columns);
    a[3 * columns] = Float.NaN;
    Arrays.fill(a, 5 * columns, 6 * columns, 0);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      check(on, measure, a, a, columns, true, 12);
      check(on, measure, a, a.clone(), columns, true, 12);
      TopK result = run(on, measure, a, a, columns, false, 12);
      int[] none = new int[12];
      Arrays.fill(none, -1);
      assertArrayEquals(none, Arrays.copyOfRange(result.indices(), 36, 48), "the row with NaN");
      on.nextCase();
    }
  }

  @EachBackend
  void infinitiesCountAsTheyAre(Subject on) {
    float inf = Float.POSITIVE_INFINITY;
    float[] a = {1, 1};
    float[] b = {inf, 1, -inf, 2, 3, 3, inf, -inf};
    // Dots: inf, -inf, 6, NaN.
    TopK result = run(on, SimilarityMeasure.DOT, a, b, 2, false, 4);
    assertArrayEquals(new int[] {0, 2, 1, -1}, result.indices());
    Accuracy.assertExact("scores", new float[] {inf, 6, -inf, Float.NaN}, result.scores());
  }

  @EachBackend
  void rowsOfNothingTieByIndex(Subject on) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Tensor empty = on.in(new float[0], 3, 0);
      IntTensor indices = on.intsOut(3, 2);
      Tensor scores = on.out(3, 2);
      on.device().similarityTopK(new SimilarityTopK(measure, empty, empty, true, indices, scores));
      assertArrayEquals(new int[] {1, 2, 0, 2, 0, 1}, indices.toArray(), measure.toString());
      on.nextCase();
    }
  }

  @EachBackend
  void noRowsAtAll(Subject on) {
    Tensor none = on.in(new float[0], 0, 4);
    Tensor some = on.in(on.signed(8), 2, 4);
    on.device()
        .similarityTopK(
            new SimilarityTopK(
                SimilarityMeasure.COSINE, none, some, false, on.intsOut(0, 3), on.out(0, 3)));
    IntTensor indices = on.intsOut(2, 3);
    Tensor scores = on.out(2, 3);
    on.device()
        .similarityTopK(
            new SimilarityTopK(SimilarityMeasure.COSINE, some, none, false, indices, scores));
    assertArrayEquals(new int[] {-1, -1, -1, -1, -1, -1}, indices.toArray());
    for (float score : scores.toArray()) {
      assertEquals(Float.NaN, score);
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    float[] a = on.signed(on.fewOr(400, 600) * 30);
    float[] b = on.signed(on.fewOr(300, 500) * 30);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      TopK first = run(on, measure, a, a, 30, true, 25);
      Determinism.check(
          on,
          measure + " of one",
          () -> {
            TopK again = run(on, measure, a, a, 30, true, 25);
            assertArrayEquals(first.indices(), again.indices());
            return again.scores();
          });
      Determinism.check(
          on, measure + " of two", () -> run(on, measure, a, b, 30, false, 25).scores());
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor a = w.tensor(3, 4);
      assertEquals(
          "similarityTopK: a is 3x4, b is 2x5: columns differ; scores is 2x2, a has 3 rows; indices"
              + " is 3x3, not 3x2; indices must be unbounded: -1 marks a place without candidate",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new SimilarityTopK(
                          SimilarityMeasure.DOT,
                          a,
                          w.tensor(2, 5),
                          false,
                          w.labels(9, 3, 3),
                          w.tensor(2, 2)))
              .getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> new SimilarityTopK(SimilarityMeasure.DOT, a, a, false, w.ints(3, 4), a));
    }
  }
}
