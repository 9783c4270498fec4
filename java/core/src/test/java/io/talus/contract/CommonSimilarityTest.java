package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.talus.Workspace;
import io.talus.contract.SparseSimilarityOracle.Expected;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@link SparseSimilarityTopK} by measures that no dense operation has, those of common columns and
 * Tanimoto's, and by all that must rest on common columns, straight from their definition.
 */
class CommonSimilarityTest {
  private static final List<SparseMeasure> MEASURES =
      Arrays.stream(SparseMeasure.values())
          .filter(measure -> measure.isOfCommonColumns() || measure == SparseMeasure.TANIMOTO)
          .toList();

  /** Those that no other test has: all where something is to be in common. */
  private static List<SparseMeasure> measures(Support support) {
    return support.isAny() ? MEASURES : List.of(SparseMeasure.values());
  }

  /** NaN where nothing is stored. */
  private record Matrix(int columns, float[][] rows) {
    int size() {
      return rows.length;
    }

    CsrMatrix copyTo(Workspace workspace) {
      long[] offsets = new long[rows.length + 1];
      int[] indices = new int[rows.length * columns];
      float[] values = new float[indices.length];
      int at = 0;
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < columns; j++) {
          if (!Float.isNaN(rows[i][j])) {
            indices[at] = j;
            values[at++] = rows[i][j];
          }
        }
        offsets[i + 1] = at;
      }
      return workspace.csr(
          rows.length, columns, offsets, Arrays.copyOf(indices, at), Arrays.copyOf(values, at));
    }
  }

  private static TopK run(
      Subject on, SparseMeasure measure, Support support, Matrix m, boolean excludeSelf, int k) {
    return run(on, measure, support, m, new Tile(0, m.size()), excludeSelf, k);
  }

  private static TopK run(
      Subject on,
      SparseMeasure measure,
      Support support,
      Matrix m,
      Tile tile,
      boolean excludeSelf,
      int k) {
    try (CsrMatrix matrix = m.copyTo(on.workspace())) {
      return TopK.sparse(on, measure, support, matrix, tile, excludeSelf, k);
    }
  }

  private static void check(Subject on, Support support, Matrix m, boolean excludeSelf, int k) {
    check(on, support, m, m.size(), excludeSelf, k);
  }

  private static void check(
      Subject on, Support support, Matrix m, int rows, boolean excludeSelf, int k) {
    for (SparseMeasure measure : measures(support)) {
      TopK result = run(on, measure, support, m, new Tile(0, rows), excludeSelf, k);
      for (int i = 0; i < rows; i++) {
        Expected[] exact = new Expected[m.size()];
        for (int j = 0; j < exact.length; j++) {
          exact[j] =
              excludeSelf && i == j
                  ? new Expected(Double.NaN, 0)
                  : SparseSimilarityOracle.expected(measure, support, m.rows[i], m.rows[j]);
        }
        checkRow(measure + ", " + support + ", row " + i, exact, result, i, k);
      }
      on.nextCase();
    }
  }

  private static void checkRow(String what, Expected[] exact, TopK result, int i, int k) {
    int candidates = (int) Arrays.stream(exact).filter(e -> !Double.isNaN(e.score())).count();
    int count = Math.min(k, candidates);
    boolean[] taken = new boolean[exact.length];
    for (int place = 0; place < k; place++) {
      int index = result.indices()[i * k + place];
      float score = result.scores()[i * k + place];
      if (place >= count) {
        assertTrue(index == -1 && Float.isNaN(score), what + ": " + index + " with " + score);
        continue;
      }
      assertTrue(index >= 0 && !taken[index], what + ", place " + place + ": index " + index);
      taken[index] = true;
      if (!Accuracy.isWithin(exact[index].score(), exact[index].tolerance(), score)) {
        fail(what + ": " + index + " with " + score + ", expected " + exact[index]);
      }
      if (place > 0) {
        float before = result.scores()[i * k + place - 1];
        boolean later = before == score && result.indices()[i * k + place - 1] < index;
        assertTrue(before > score || later, what + ": " + score + " after " + before);
      }
    }
    for (int j = 0; j < exact.length && count > 0; j++) {
      float least = result.scores()[i * k + count - 1];
      if (!taken[j] && exact[j].score() - exact[j].tolerance() > least) {
        fail(what + " lacks " + j + " with " + exact[j] + ", has " + least);
      }
    }
  }

  /** Each element is stored by a chance of its row, some rows empty and some full. */
  private static Matrix random(Subject on, int rows, int columns, double share, boolean stars) {
    float[][] values = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      double own = i % 11 == 5 ? 0 : i % 13 == 7 ? 1 : share;
      for (int j = 0; j < columns; j++) {
        float drawn =
            stars ? 1 + on.random().nextInt(9) / 2f : (float) on.random().nextDouble(-3, 5);
        values[i][j] = on.random().nextDouble() < own ? drawn : Float.NaN;
      }
    }
    return new Matrix(columns, values);
  }

  @EachBackend
  void everyShapeAndDensity(Subject on) {
    // Rows, columns, percent stored, k.
    int[][] cases = {
      {1, 1, 100, 1},
      {2, 3, 70, 1},
      {7, 5, 60, 3},
      {17, 16, 40, 17},
      {33, 100, 20, 10},
      {60, 33, 0, 5},
      {60, 33, 100, 5},
      {223, 40, 15, 20},
      {40, 700, 10, 10}
    };
    for (int[] c : cases) {
      check(on, Support.ANY, random(on, c[0], c[1], c[2] / 100.0, true), true, c[3]);
      check(on, Support.ANY, random(on, c[0], c[1], c[2] / 100.0, false), false, c[3]);
    }
  }

  /** More than a GPU takes at once, in long columns and in ones of hardly an element. */
  @EachBackend
  void thousandsOfRows(Subject on) {
    check(on, Support.atLeast(2), random(on, 4200, 6, 0.5, true), 4, true, 10);
    Matrix few = random(on, 2100, 200, 0, false);
    for (int i = 0; i < few.size(); i++) {
      boolean isKept = i % 500 == 7;
      for (int j = 0; j < 200 && !isKept; j++) {
        few.rows[i][j] = i < 4 && j < 5 ? 1 + (i + j) % 3 : Float.NaN;
      }
    }
    check(on, Support.ANY, few, 8, true, 10);
  }

  @EachBackend
  void supportIsAskedForAndShrinks(Subject on) {
    Matrix m = random(on, 50, 30, 0.3, true);
    check(on, Support.atLeast(2).shrunk(3), random(on, 45, 20, 0.4, false), false, 45);
    for (Support support :
        List.of(
            Support.atLeast(3),
            Support.ANY.shrunk(10),
            Support.atLeast(2).shrunkAfterTheFirst(100),
            Support.ANY.shrunkAfterTheFirst(2.5f),
            Support.atLeast(1000))) {
      check(on, support, m, true, 12);
    }
  }

  /** Of rows whose values tie all the time: the smaller index goes first. */
  @EachBackend
  void tiesGoToTheSmallerIndex(Subject on) {
    float[][] rows = new float[90][4];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], Float.NaN);
      rows[i][i % 4] = 3;
      rows[i][(i + 1) % 4] = 3 + i % 2;
    }
    for (int k : new int[] {1, 20, 90}) {
      check(on, Support.ANY, new Matrix(4, rows), true, k);
    }
  }

  /** Sums of stars are exact, so what is constant or the same in both is seen to be. */
  @EachBackend
  void starsAreExact(Subject on) {
    int columns = 3000;
    float[][] rows = new float[5][columns];
    for (int j = 0; j < columns; j++) {
      rows[0][j] = 1 + j % 5;
      rows[1][j] = 1 + j % 5;
      rows[2][j] = 4;
      rows[3][j] = 5 - j % 5;
      rows[4][j] = j < 2000 ? 3.5f : 1 + j % 5;
    }
    Matrix m = new Matrix(columns, rows);
    TopK pearson = run(on, SparseMeasure.COMMON_PEARSON, Support.ANY, m, true, 4);
    assertArrayEquals(new int[] {1, 4, 2, 3}, Arrays.copyOf(pearson.indices(), 4));
    assertEquals(1, pearson.scores()[0], 2 * EPS);
    assertEquals(0, pearson.scores()[2]);
    assertEquals(-1, pearson.scores()[3], 2 * EPS);
    on.nextCase();
    TopK difference =
        run(on, SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE, Support.ANY, m, true, 1);
    assertEquals(1, difference.indices()[0]);
    assertEquals(1, difference.scores()[0]);
    on.nextCase();
    check(on, Support.ANY, m, true, 4);
  }

  /** A zero that is stored is an element; what is not finite takes its row out. */
  @EachBackend
  void zerosAndWhatIsNotFinite(Subject on) {
    Matrix m = random(on, 40, 12, 0.5, true);
    for (int i = 0; i < 40; i += 3) {
      m.rows[i][i % 12] = 0;
    }
    check(on, Support.ANY, m, true, 10);
    check(on, Support.atLeast(2), m, true, 10);
    Matrix marked = random(on, 40, 12, 0.5, true);
    marked.rows[3][4] = Float.POSITIVE_INFINITY;
    marked.rows[20][11] = Float.NEGATIVE_INFINITY;
    for (SparseMeasure measure : SparseMeasure.values()) {
      TopK result = run(on, measure, Support.ANY.shrunk(1), marked, false, 40);
      for (int at = 0; at < result.indices().length; at++) {
        int row = at / 40;
        boolean out = row == 3 || row == 20;
        assertTrue(
            out
                ? result.indices()[at] == -1
                : result.indices()[at] != 3 && result.indices()[at] != 20,
            measure + ", row " + row);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void aRangeOfRowsHasTheBitsOfTheWhole(Subject on) {
    Matrix m = random(on, 130, 60, 0.2, false);
    for (SparseMeasure measure : SparseMeasure.values()) {
      TopK all = run(on, measure, Support.atLeast(2), m, true, 9);
      for (Tile tile : List.of(new Tile(0, 1, 0), new Tile(37, 60, 1 << 12), new Tile(129, 1))) {
        TopK part = run(on, measure, Support.atLeast(2), m, tile, true, 9);
        part.assertPartOf(all, tile, 9, measure.toString());
      }
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Matrix m = random(on, 400, 120, 0.1, false);
    for (SparseMeasure measure : MEASURES) {
      TopK first = run(on, measure, Support.ANY, m, true, 30);
      Determinism.check(
          on,
          measure.toString(),
          () -> {
            TopK again = run(on, measure, Support.ANY, m, true, 30);
            assertArrayEquals(first.indices(), again.indices());
            return again.scores();
          });
      on.nextCase();
    }
  }

  @Test
  void badSupportIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Support.atLeast(0));
    assertThrows(IllegalArgumentException.class, () -> Support.ANY.shrunk(-1));
    assertThrows(IllegalArgumentException.class, () -> Support.ANY.shrunk(Float.NaN));
    assertEquals(0.5, Support.ANY.shrunk(4).factor(4));
    assertEquals(0, Support.ANY.shrunkAfterTheFirst(4).factor(1));
    assertTrue(Support.ANY.shrunkAfterTheFirst(0).isAny());
    assertFalse(Support.atLeast(2).isAny() || Support.ANY.shrunk(1).isAny());
  }
}
