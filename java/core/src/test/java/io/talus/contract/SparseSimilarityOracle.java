package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;

import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import java.util.Arrays;

/**
 * The similarity of two sparse rows and its promised error, in double, straight from the
 * definition: of those measures that rest on common columns or that {@link SimilarityOracle} has
 * not, and of all others under a support.
 */
final class SparseSimilarityOracle {
  private SparseSimilarityOracle() {}

  /** A similarity and its promised error. */
  record Expected(double score, double tolerance) {}

  /**
   * @param u a row, NaN where nothing is stored
   * @param v another one
   */
  static Expected expected(SparseMeasure measure, Support support, float[] u, float[] v) {
    if (measure.isOfCommonColumns()) {
      return common(measure, support, u, v);
    }
    Expected whole = measure == SparseMeasure.TANIMOTO ? tanimoto(u, v) : whole(measure, u, v);
    if (support.isAny()) {
      return whole;
    }
    int n = 0;
    for (int j = 0; j < u.length; j++) {
      n += Float.isNaN(u[j]) || Float.isNaN(v[j]) ? 0 : 1;
    }
    if (n < support.least()) {
      return new Expected(Double.NaN, 0);
    }
    double held = whole.score * factor(support, n);
    return new Expected(held, whole.tolerance + 4 * EPS * Math.abs(held));
  }

  private static Expected whole(SparseMeasure measure, float[] u, float[] v) {
    float[] both = new float[2 * u.length];
    for (int j = 0; j < u.length; j++) {
      both[j] = Float.isNaN(u[j]) ? 0 : u[j];
      both[u.length + j] = Float.isNaN(v[j]) ? 0 : v[j];
    }
    SimilarityOracle oracle = new SimilarityOracle(SimilarityMeasure.valueOf(measure.name()), true);
    SimilarityOracle.Row[] rows = SimilarityOracle.rows(both, u.length);
    double score = oracle.similarity(rows[0], rows[1]);
    return new Expected(score, oracle.tolerance(rows[0], rows[1], score));
  }

  private static double factor(Support support, int n) {
    double counted = support.afterTheFirst() ? n - 1 : n;
    return support.shrinkage() == 0 ? 1 : counted / (counted + support.shrinkage());
  }

  private static Expected tanimoto(float[] u, float[] v) {
    double uv = 0;
    double squares = 0;
    for (int j = 0; j < u.length; j++) {
      double a = Float.isNaN(u[j]) ? 0 : u[j];
      double b = Float.isNaN(v[j]) ? 0 : v[j];
      uv += a * b;
      squares += a * a + b * b;
    }
    return new Expected(squares == 0 ? 0 : uv / (squares - uv), 2 * (u.length + 16) * EPS);
  }

  private static Expected common(SparseMeasure measure, Support support, float[] u, float[] v) {
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
      return new Expected(Double.NaN, 0);
    }
    double factor = factor(support, n);
    double steps = (n + 16) * EPS;
    if (measure == SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += (a[j] - b[j]) * (a[j] - b[j]);
      }
      return new Expected(factor / (1 + sum / n), steps);
    }
    if (measure == SparseMeasure.COMMON_COSINE) {
      return new Expected(factor * cosine(a, b, n, 0, 0), steps);
    }
    double meanA = Arrays.stream(a, 0, n).sum() / n;
    double meanB = Arrays.stream(b, 0, n).sum() / n;
    double spread = Math.min(1, Math.min(spread(a, n, meanA, u), spread(b, n, meanB, v)));
    boolean constant = isConstant(a, n) || isConstant(b, n);
    double score = constant ? 0 : factor * cosine(a, b, n, meanA, meanB);
    return new Expected(score, constant ? 0 : 8 * steps / spread);
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
}
