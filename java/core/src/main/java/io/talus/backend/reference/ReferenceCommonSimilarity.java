package io.talus.backend.reference;

import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.HostMemory;

/**
 * The similarity of two rows of a sparse matrix over the columns that both have: their elements are
 * gathered side by side, then looked at as two short vectors.
 */
final class ReferenceCommonSimilarity implements ReferenceSparseSimilarity.Pairs {
  private final SparseSimilarityTopK op;
  private final CsrMatrix matrix;
  private final Floats values;
  private final boolean[] finite;

  /** The common elements of the two rows at hand. */
  private final double[] u;

  private final double[] v;

  private int left;

  ReferenceCommonSimilarity(SparseSimilarityTopK op) {
    this.op = op;
    this.matrix = op.matrix();
    this.values = Floats.of(matrix.values());
    this.finite = new boolean[Floats.length(matrix.rows())];
    this.u = new double[Floats.length(matrix.columns())];
    this.v = new double[u.length];
    for (int row = 0; row < finite.length; row++) {
      finite[row] = true;
      for (long at = start(row); at < start(row + 1); at++) {
        finite[row] &= Float.isFinite(values.get(at));
      }
    }
  }

  @Override
  public void left(int i) {
    left = i;
  }

  /** NaN where the two have too little in common. */
  @Override
  public double with(int j) {
    int n = gather(left, j);
    if (!finite[left] || !finite[j] || n < op.support().least()) {
      return Double.NaN;
    }
    return op.support().factor(n) * similarity(n);
  }

  /** Walks both rows by ascending columns. */
  private int gather(int i, int j) {
    int n = 0;
    long p = start(i);
    long q = start(j);
    while (p < start(i + 1) && q < start(j + 1)) {
      int order = Integer.compare(column(p), column(q));
      if (order == 0) {
        u[n] = values.get(p);
        v[n++] = values.get(q);
      }
      p += order <= 0 ? 1 : 0;
      q += order >= 0 ? 1 : 0;
    }
    return n;
  }

  private double similarity(int n) {
    return switch (op.measure()) {
      case COMMON_COSINE -> cosine(n, 0, 0);
      case COMMON_PEARSON ->
          isConstant(u, n) || isConstant(v, n) ? 0 : cosine(n, mean(u, n), mean(v, n));
      case COMMON_MEAN_SQUARED_DIFFERENCE -> {
        double sum = 0;
        for (int at = 0; at < n; at++) {
          sum += (u[at] - v[at]) * (u[at] - v[at]);
        }
        yield 1 / (1 + sum / n);
      }
      case DOT, COSINE, PEARSON, EUCLIDEAN, TANIMOTO ->
          throw new IllegalArgumentException(op.measure() + " is of whole rows");
    };
  }

  private double cosine(int n, double meanU, double meanV) {
    double uv = 0;
    double uu = 0;
    double vv = 0;
    for (int at = 0; at < n; at++) {
      uv += (u[at] - meanU) * (v[at] - meanV);
      uu += (u[at] - meanU) * (u[at] - meanU);
      vv += (v[at] - meanV) * (v[at] - meanV);
    }
    return ReferenceSimilarity.cosine(uv, uu, vv);
  }

  private static boolean isConstant(double[] x, int n) {
    for (int at = 1; at < n; at++) {
      if (x[at] != x[0]) {
        return false;
      }
    }
    return true;
  }

  private static double mean(double[] x, int n) {
    double sum = 0;
    for (int at = 0; at < n; at++) {
      sum += x[at];
    }
    return sum / n;
  }

  private int column(long at) {
    return Floats.get(matrix.columnIndices(), at);
  }

  private long start(long row) {
    return ((HostMemory) matrix.rowOffsets().memory()).getLong(row);
  }
}
