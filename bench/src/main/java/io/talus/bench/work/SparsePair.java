package io.talus.bench.work;

import io.talus.op.SparseMeasure;

/**
 * Sums over two sparse rows u and v in double: of whole rows, and over the columns that both have.
 */
record SparsePair(Sums whole, Sums common) {
  /** The number of terms, and sums of u, v, u u, v v and u v. */
  private record Sums(double n, double u, double v, double uu, double vv, double uv) {
    Sums plus(double a, double b) {
      return new Sums(n + 1, u + a, v + b, uu + a * a, vv + b * b, uv + a * b);
    }

    double cosine() {
      return uu == 0 || vv == 0 ? 0 : uv / Math.sqrt(uu * vv);
    }

    double pearson() {
      double varianceU = uu - u * u / n;
      double varianceV = vv - v * v / n;
      return isConstant(varianceU) || isConstant(varianceV)
          ? 0
          : (uv - u * v / n) / Math.sqrt(varianceU * varianceV);
    }

    /** Of whole numbers: what is no rounding is at least 1 / n. */
    private boolean isConstant(double variance) {
      return variance < 0.5 / n;
    }

    double distance() {
      return uu - 2 * uv + vv;
    }

    /** The variance of the less varied by its mean square. */
    double variation() {
      double ofU = (uu - u * u / n) / uu;
      double ofV = (vv - v * v / n) / vv;
      return Math.min(isConstant(ofU * uu) ? 1 : ofU, isConstant(ofV * vv) ? 1 : ofV);
    }
  }

  /** Of rows of whole numbers with a 0 where nothing is stored. */
  static SparsePair of(double[] u, double[] v) {
    Sums whole = new Sums(0, 0, 0, 0, 0, 0);
    Sums common = whole;
    for (int i = 0; i < u.length; i++) {
      whole = whole.plus(u[i], v[i]);
      if (u[i] != 0 && v[i] != 0) {
        common = common.plus(u[i], v[i]);
      }
    }
    return new SparsePair(whole, common);
  }

  /** As {@link SparseMeasure} says; NaN where there are no common columns to go by. */
  double similarity(SparseMeasure measure) {
    return switch (measure) {
      case DOT -> whole.uv;
      case COSINE -> whole.cosine();
      case PEARSON -> whole.pearson();
      case EUCLIDEAN -> 1 / (1 + Math.sqrt(whole.distance()));
      case TANIMOTO -> whole.uv == 0 ? 0 : whole.uv / (whole.uu + whole.vv - whole.uv);
      case COMMON_COSINE -> common.n == 0 ? Double.NaN : common.cosine();
      case COMMON_PEARSON -> common.n == 0 ? Double.NaN : common.pearson();
      case COMMON_MEAN_SQUARED_DIFFERENCE ->
          common.n == 0 ? Double.NaN : 1 / (1 + common.distance() / common.n);
    };
  }

  /** What {@link io.talus.op.SparseSimilarityTopK} promises, generously where rows vary little. */
  double tolerance(SparseMeasure measure, int columns) {
    double ofWhole = (columns + 16) * Answer.EPSILON;
    double ofCommon = (common.n + 16) * Answer.EPSILON;
    return switch (measure) {
      case DOT -> ofWhole * Math.sqrt(whole.uu * whole.vv);
      case COSINE, EUCLIDEAN -> ofWhole;
      case PEARSON -> ofWhole / whole.variation();
      case TANIMOTO -> 2 * ofWhole;
      case COMMON_COSINE, COMMON_MEAN_SQUARED_DIFFERENCE -> ofCommon;
      case COMMON_PEARSON -> common.n == 0 ? 0 : 8 * ofCommon / common.variation();
    };
  }
}
