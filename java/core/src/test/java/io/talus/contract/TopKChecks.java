package io.talus.contract;

import static org.junit.jupiter.api.Assertions.fail;

import io.talus.op.SimilarityMeasure;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What any top-k result must be, given the exact similarities. */
final class TopKChecks {
  private final SimilarityOracle oracle;
  private final String what;
  private final SimilarityOracle.Row[] rowsOfA;
  private final SimilarityOracle.Row[] rowsOfB;
  private final boolean excludeSelf;
  private final int k;

  TopKChecks(
      SimilarityMeasure measure,
      boolean sparse,
      float[] a,
      float[] b,
      int columns,
      boolean excludeSelf,
      int k) {
    this.oracle = new SimilarityOracle(measure, sparse);
    this.rowsOfA = SimilarityOracle.rows(a, columns);
    this.rowsOfB = a == b ? rowsOfA : SimilarityOracle.rows(b, columns);
    this.excludeSelf = excludeSelf;
    this.k = k;
    this.what =
        "top "
            + k
            + " by "
            + measure
            + " of "
            + rowsOfA.length
            + " rows among "
            + rowsOfB.length
            + " of "
            + columns
            + (excludeSelf ? ", self excluded" : "");
  }

  /**
   * Scores are right for their rows, descending, ties by index; nothing that was left out is better
   * than the last by more than the tolerance.
   */
  void check(int[] indices, float[] scores) {
    for (int i = 0; i < rowsOfA.length; i++) {
      checkRow(i, indices, scores);
    }
  }

  private void checkRow(int i, int[] indices, float[] scores) {
    double[] exact = new double[rowsOfB.length];
    int candidates = 0;
    for (int j = 0; j < rowsOfB.length; j++) {
      exact[j] = excludeSelf && i == j ? Double.NaN : oracle.similarity(rowsOfA[i], rowsOfB[j]);
      candidates += Double.isNaN(exact[j]) ? 0 : 1;
    }
    boolean[] taken = new boolean[rowsOfB.length];
    int count = Math.min(k, candidates);
    for (int place = 0; place < k; place++) {
      String fault = fault(i, place, count, exact, taken, indices, scores);
      if (fault != null) {
        fail(what + ": row " + i + ", place " + place + fault);
      }
    }
    for (int j = 0; j < exact.length && count > 0; j++) {
      if (!taken[j] && !Double.isNaN(exact[j])) {
        double least = scores[i * k + count - 1];
        boolean fair =
            exact[j] <= least
                || exact[j] - oracle.tolerance(rowsOfA[i], rowsOfB[j], exact[j]) <= least;
        if (!fair) {
          fail(what + ": row " + i + " lacks " + j + " with " + exact[j] + " > " + least);
        }
      }
    }
  }

  /** What is wrong with one place of a list, or null. */
  private String fault(
      int i, int place, int count, double[] exact, boolean[] taken, int[] indices, float[] scores) {
    int index = indices[i * k + place];
    float score = scores[i * k + place];
    if (place >= count) {
      boolean empty = index == -1 && Float.isNaN(score);
      return empty ? null : " is beyond the candidates and has " + index + " with " + score;
    }
    if (index < 0 || index >= exact.length || taken[index]) {
      return " has index " + index;
    }
    taken[index] = true;
    double tolerance = oracle.tolerance(rowsOfA[i], rowsOfB[index], exact[index]);
    if (!Accuracy.isWithin(exact[index], tolerance, score)) {
      return " has "
          + index
          + " with "
          + score
          + ", expected "
          + exact[index]
          + " within "
          + tolerance;
    }
    if (place > 0) {
      float before = scores[i * k + place - 1];
      if (!(before > score || (before == score && indices[i * k + place - 1] < index))) {
        return " has " + index + " with " + score + " after " + before;
      }
    }
    return null;
  }

  /**
   * The only right answer where dot products are exact, for k as large as can be: for each row all
   * rows, best first, ties by index; -1 at the end in place of the row itself where it is excluded.
   */
  static int[] exactDots(SimilarityOracle.Row[] rows, boolean excludeSelf) {
    SimilarityOracle oracle = new SimilarityOracle(SimilarityMeasure.DOT, false);
    int n = rows.length;
    int[] lists = new int[n * n];
    Arrays.fill(lists, -1);
    for (int i = 0; i < n; i++) {
      double[] scores = new double[n];
      for (int j = 0; j < n; j++) {
        scores[j] = oracle.similarity(rows[i], rows[j]);
      }
      int self = excludeSelf ? i : -1;
      int[] best =
          IntStream.range(0, n)
              .filter(j -> j != self)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer j) -> -scores[j]).thenComparing(j -> j))
              .mapToInt(j -> j)
              .toArray();
      System.arraycopy(best, 0, lists, i * n, best.length);
    }
    return lists;
  }
}
