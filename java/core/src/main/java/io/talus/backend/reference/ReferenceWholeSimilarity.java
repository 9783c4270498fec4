package io.talus.backend.reference;

import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.HostMemory;
import java.util.Arrays;

/**
 * Whole rows of a sparse matrix: the left row u is laid out dense, less its mean for PEARSON, and
 * met by the stored elements of the right row v.
 *
 * <p>Centring the left row alone is enough: the sum of (u - mean u) (v - mean v) is the sum of (u -
 * mean u) v, because u - mean u sums to 0.
 */
final class ReferenceWholeSimilarity implements ReferenceSparseSimilarity.Pairs {
  private final SparseSimilarityTopK op;
  private final CsrMatrix matrix;
  private final Floats values;
  private final double[] squaredNorms;

  /** The left row. */
  private final double[] u;

  /** The row that is the left one where the column is stored in it, -1 at first. */
  private final int[] storedIn;

  private int left;

  ReferenceWholeSimilarity(SparseSimilarityTopK op) {
    this.op = op;
    this.matrix = op.matrix();
    this.values = Floats.of(matrix.values());
    this.squaredNorms = new double[Floats.length(matrix.rows())];
    this.u = new double[Floats.length(matrix.columns())];
    this.storedIn = new int[u.length];
    Arrays.fill(storedIn, -1);
    for (int i = 0; i < squaredNorms.length; i++) {
      layOut(i, u);
      squaredNorms[i] = ReferenceSimilarity.dot(u, u);
    }
  }

  @Override
  public void left(int i) {
    left = i;
    layOut(i, u);
    for (long at = start(i); at < start(i + 1); at++) {
      storedIn[column(at)] = i;
    }
  }

  /** Row i, dense, less its mean for PEARSON. */
  private void layOut(int i, double[] row) {
    double sum = 0;
    for (long at = start(i); at < start(i + 1); at++) {
      sum += values.get(at);
    }
    double mean = op.measure() == SparseMeasure.PEARSON ? sum / row.length : 0;
    Arrays.fill(row, -mean);
    for (long at = start(i); at < start(i + 1); at++) {
      row[column(at)] = values.get(at) - mean;
    }
  }

  /** NaN where the two have too little in common. */
  @Override
  public double with(int j) {
    double uv = 0;
    int n = 0;
    for (long at = start(j); at < start(j + 1); at++) {
      uv += u[column(at)] * values.get(at);
      n += storedIn[column(at)] == left ? 1 : 0;
    }
    if (op.support().isAny()) {
      return similarity(uv, j);
    }
    return n < op.support().least() ? Double.NaN : op.support().factor(n) * similarity(uv, j);
  }

  private double similarity(double uv, int j) {
    double uu = squaredNorms[left];
    double vv = squaredNorms[j];
    if (!Double.isFinite(uu) || !Double.isFinite(vv)) {
      return Double.NaN;
    }
    return switch (op.measure()) {
      case DOT -> uv;
      case COSINE, PEARSON -> ReferenceSimilarity.cosine(uv, uu, vv);
      case EUCLIDEAN -> 1 / (1 + Math.sqrt(Math.max(0, uu + vv - 2 * uv)));
      case TANIMOTO -> uu + vv == 0 ? 0 : uv / (uu + vv - uv);
      case COMMON_COSINE, COMMON_PEARSON, COMMON_MEAN_SQUARED_DIFFERENCE ->
          throw new IllegalArgumentException(op.measure() + " is of common columns");
    };
  }

  private int column(long at) {
    return Floats.get(matrix.columnIndices(), at);
  }

  private long start(long row) {
    return ((HostMemory) matrix.rowOffsets().memory()).getLong(row);
  }
}
