package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
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

  /** A similarity and its promised error. */
  private record Exact(double score, double tolerance) {}

  private static Exact exact(SparseMeasure measure, Support support, float[] u, float[] v) {
    if (measure.isOfCommonColumns()) {
      return common(measure, support, u, v);
    }
    Exact whole = measure == SparseMeasure.TANIMOTO ? tanimoto(u, v) : whole(measure, u, v);
    if (support.isAny()) {
      return whole;
    }
    int n = 0;
    for (int j = 0; j < u.length; j++) {
      n += Float.isNaN(u[j]) || Float.isNaN(v[j]) ? 0 : 1;
    }
    if (n < support.least()) {
      return new Exact(Double.NaN, 0);
    }
    double held = whole.score * factor(support, n);
    return new Exact(held, whole.tolerance + 4 * EPS * Math.abs(held));
  }

  private static Exact whole(SparseMeasure measure, float[] u, float[] v) {
    float[] both = new float[2 * u.length];
    for (int j = 0; j < u.length; j++) {
      both[j] = Float.isNaN(u[j]) ? 0 : u[j];
      both[u.length + j] = Float.isNaN(v[j]) ? 0 : v[j];
    }
    SimilarityOracle oracle = new SimilarityOracle(SimilarityMeasure.valueOf(measure.name()), true);
    SimilarityOracle.Row[] rows = SimilarityOracle.rows(both, u.length);
    double score = oracle.similarity(rows[0], rows[1]);
    return new Exact(score, oracle.tolerance(rows[0], rows[1], score));
  }

  private static double factor(Support support, int n) {
    double counted = support.afterTheFirst() ? n - 1 : n;
    return support.shrinkage() == 0 ? 1 : counted / (counted + support.shrinkage());
  }

  private static Exact tanimoto(float[] u, float[] v) {
    double uv = 0;
    double squares = 0;
    for (int j = 0; j < u.length; j++) {
      double a = Float.isNaN(u[j]) ? 0 : u[j];
      double b = Float.isNaN(v[j]) ? 0 : v[j];
      uv += a * b;
      squares += a * a + b * b;
    }
    return new Exact(squares == 0 ? 0 : uv / (squares - uv), 2 * (u.length + 16) * EPS);
  }

  private static Exact common(SparseMeasure measure, Support support, float[] u, float[] v) {
    int n = 0;
    double[] a = new double[u.length];
    double[] b = new double[u.length];
    for (int j = 0; j < u.length; j++) {
      if (!Float.isNaN(u[j]) && !Float.isNaN(v[j])) {
        a[n] = u[j];
        b[n++] = v[j];
      }
    }
    if (n < support.least()) {
      return new Exact(Double.NaN, 0);
    }
    double factor = factor(support, n);
    double steps = (n + 16) * EPS;
    if (measure == SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
      }
      return new Exact(factor / (1 + sum / n), steps);
    }
    if (measure == SparseMeasure.COMMON_COSINE) {
      return new Exact(factor * cosine(a, b, n, 0, 0), steps);
    }
    double meanA = Arrays.stream(a, 0, n).sum() / n;
    double meanB = Arrays.stream(b, 0, n).sum() / n;
    double spread = Math.min(1, Math.min(spread(a, n, meanA, u), spread(b, n, meanB, v)));
    boolean constant = isConstant(a, n) || isConstant(b, n);
    double score = constant ? 0 : factor * cosine(a, b, n, meanA, meanB);
    return new Exact(score, constant ? 0 : 8 * steps / spread);
  }

  private static boolean isConstant(double[] x, int n) {
    return Arrays.stream(x, 0, n).allMatch(value -> value == x[0]);
  }

  /** Variance over mean square of what is left of x less the mean of its row, give or take 1/8. */
  private static double spread(double[] x, int n, double mean, float[] row) {
    double sum = 0;
    int stored = 0;
    for (float value : row) {
      sum += Float.isNaN(value) ? 0 : value;
      stored += Float.isNaN(value) ? 0 : 1;
    }
    double near = sum / stored;
    double off = Math.abs(mean - near) + Math.abs(near) / 8;
    double variance = 0;
    for (int j = 0; j < n; j++) {
      variance += (x[j] - mean) * (x[j] - mean) / n;
    }
    return variance / (variance + off * off);
  }

  private static double cosine(double[] a, double[] b, int n, double meanA, double meanB) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < n; j++) {
      ab += (a[j] - meanA) * (b[j] - meanB);
      aa += (a[j] - meanA) * (a[j] - meanA);
      bb += (b[j] - meanB) * (b[j] - meanB);
    }
    return aa == 0 || bb == 0 ? 0 : Math.max(-1, Math.min(1, ab / Math.sqrt(aa) / Math.sqrt(bb)));
  }

  private record Result(int[] indices, float[] scores) {}

  private static Result run(
      Subject on, SparseMeasure measure, Support support, Matrix m, boolean excludeSelf, int k) {
    return run(on, measure, support, m, new Tile(0, m.size()), excludeSelf, k);
  }

  private static Result run(
      Subject on,
      SparseMeasure measure,
      Support support,
      Matrix m,
      Tile tile,
      boolean excludeSelf,
      int k) {
    IntTensor indices = on.intsOut(tile.rows(), k);
    Tensor scores = on.out(tile.rows(), k);
    try (CsrMatrix matrix = m.copyTo(on.workspace())) {
      on.device()
          .sparseSimilarityTopK(
              new SparseSimilarityTopK(
                  measure, support, matrix, tile, excludeSelf, indices, scores));
      return new Result(indices.toArray(), scores.toArray());
    }
  }

  private static void check(Subject on, Support support, Matrix m, boolean excludeSelf, int k) {
    check(on, support, m, m.size(), excludeSelf, k);
  }

  private static void check(
      Subject on, Support support, Matrix m, int rows, boolean excludeSelf, int k) {
    for (SparseMeasure measure : measures(support)) {
      Result result = run(on, measure, support, m, new Tile(0, rows), excludeSelf, k);
      for (int i = 0; i < rows; i++) {
        Exact[] exact = new Exact[m.size()];
        for (int j = 0; j < exact.length; j++) {
          exact[j] =
              excludeSelf && i == j
                  ? new Exact(Double.NaN, 0)
                  : exact(measure, support, m.rows[i], m.rows[j]);
        }
        checkRow(measure + ", " + support + ", row " + i, exact, result, i, k);
      }
      on.nextCase();
    }
  }

  private static void checkRow(String what, Exact[] exact, Result result, int i, int k) {
    int candidates = (int) Arrays.stream(exact).filter(e -> !Double.isNaN(e.score)).count();
    int count = Math.min(k, candidates);
    boolean[] taken = new boolean[exact.length];
    for (int place = 0; place < k; place++) {
      int index = result.indices[i * k + place];
      float score = result.scores[i * k + place];
      if (place >= count) {
        assertTrue(index == -1 && Float.isNaN(score), what + ": " + index + " with " + score);
        continue;
      }
      assertTrue(index >= 0 && !taken[index], what + ", place " + place + ": index " + index);
      taken[index] = true;
      if (!Accuracy.isWithin(exact[index].score, exact[index].tolerance, score)) {
        fail(what + ": " + index + " with " + score + ", expected " + exact[index]);
      }
      if (place > 0) {
        float before = result.scores[i * k + place - 1];
        boolean later = before == score && result.indices[i * k + place - 1] < index;
        assertTrue(before > score || later, what + ": " + score + " after " + before);
      }
    }
    for (int j = 0; j < exact.length && count > 0; j++) {
      float least = result.scores[i * k + count - 1];
      if (!taken[j] && exact[j].score - exact[j].tolerance > least) {
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
    Result pearson = run(on, SparseMeasure.COMMON_PEARSON, Support.ANY, m, true, 4);
    assertArrayEquals(new int[] {1, 4, 2, 3}, Arrays.copyOf(pearson.indices, 4));
    assertEquals(1, pearson.scores[0], 2 * EPS);
    assertEquals(0, pearson.scores[2]);
    assertEquals(-1, pearson.scores[3], 2 * EPS);
    on.nextCase();
    Result difference =
        run(on, SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE, Support.ANY, m, true, 1);
    assertEquals(1, difference.indices[0]);
    assertEquals(1, difference.scores[0]);
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
      Result result = run(on, measure, Support.ANY.shrunk(1), marked, false, 40);
      for (int at = 0; at < result.indices.length; at++) {
        int row = at / 40;
        boolean out = row == 3 || row == 20;
        assertTrue(
            out ? result.indices[at] == -1 : result.indices[at] != 3 && result.indices[at] != 20,
            measure + ", row " + row);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void aRangeOfRowsHasTheBitsOfTheWhole(Subject on) {
    Matrix m = random(on, 130, 60, 0.2, false);
    for (SparseMeasure measure : SparseMeasure.values()) {
      Result all = run(on, measure, Support.atLeast(2), m, true, 9);
      for (Tile tile : List.of(new Tile(0, 1, 0), new Tile(37, 60, 1 << 12), new Tile(129, 1))) {
        Result part = run(on, measure, Support.atLeast(2), m, tile, true, 9);
        int from = (int) tile.firstRow() * 9;
        int to = from + (int) tile.rows() * 9;
        assertArrayEquals(Arrays.copyOfRange(all.indices, from, to), part.indices);
        assertArrayEquals(Arrays.copyOfRange(all.scores, from, to), part.scores);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Matrix m = random(on, 400, 120, 0.1, false);
    for (SparseMeasure measure : MEASURES) {
      Result first = run(on, measure, Support.ANY, m, true, 30);
      Determinism.check(
          on,
          measure.toString(),
          () -> {
            Result again = run(on, measure, Support.ANY, m, true, 30);
            assertArrayEquals(first.indices, again.indices);
            return again.scores;
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
