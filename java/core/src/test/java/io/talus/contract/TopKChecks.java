package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
      int index = indices[i * k + place];
      float score = scores[i * k + place];
      String where = what + ": row " + i + ", place " + place;
      if (place >= count) {
        assertEquals(-1, index, where + " is beyond the candidates");
        assertTrue(Float.isNaN(score), where + " is beyond the candidates");
        continue;
      }
      assertTrue(index >= 0 && index < exact.length && !taken[index], where + " is " + index);
      taken[index] = true;
      double tolerance = oracle.tolerance(rowsOfA[i], rowsOfB[index], exact[index]);
      Accuracy.assertWithin(where, exact[index], tolerance, score);
      if (place > 0) {
        float before = scores[i * k + place - 1];
        boolean ordered = before > score || (before == score && indices[i * k + place - 1] < index);
        assertTrue(ordered, where + " with " + score + " comes after " + before);
      }
    }
    for (int j = 0; j < exact.length && count > 0; j++) {
      if (!taken[j] && !Double.isNaN(exact[j])) {
        double least = scores[i * k + count - 1];
        boolean fair =
            exact[j] <= least
                || exact[j] - oracle.tolerance(rowsOfA[i], rowsOfB[j], exact[j]) <= least;
        assertTrue(fair, what + ": row " + i + " lacks " + j + " with " + exact[j] + " > " + least);
      }
    }
  }

  /** The only right answer where scores are exact: best first, ties by index. */
  static int[] exactIndices(double[] scores, int self, int k) {
    int[] best =
        IntStream.range(0, scores.length)
            .filter(j -> j != self && !Double.isNaN(scores[j]))
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -scores[j]).thenComparing(j -> j))
            .limit(k)
            .mapToInt(j -> j)
            .toArray();
    int[] padded = new int[k];
    Arrays.fill(padded, -1);
    System.arraycopy(best, 0, padded, 0, best.length);
    return padded;
  }
}
