package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;

import io.talus.op.SimilarityMeasure;

/** The similarity of two rows and its promised error, in double, straight from the definition. */
final class SimilarityOracle {
  private final SimilarityMeasure measure;
  private final boolean sparse;

  /** A row with what the measures ask of it. */
  static final class Row {
    final double[] values;
    final double[] centred;
    final double square;
    final double centredSquare;

    private Row(double[] values) {
      this.values = values;
      double mean = 0;
      boolean constant = true;
      for (double value : values) {
        mean += value / values.length;
        constant &= value == values[0];
      }
      centred = new double[values.length];
      for (int j = 0; j < values.length && !constant; j++) {
        centred[j] = values[j] - mean;
      }
      square = dot(values, values);
      centredSquare = dot(centred, centred);
    }

    /** Variance over mean square; 1 where that says nothing. */
    private double spread() {
      return centredSquare == 0 ? 1 : centredSquare / square;
    }
  }

  /**
   * @param sparse whether PEARSON may lose what a mean far from 0 costs
   */
  SimilarityOracle(SimilarityMeasure measure, boolean sparse) {
    this.measure = measure;
    this.sparse = sparse;
  }

  static Row[] rows(float[] matrix, int columns) {
    Row[] rows = new Row[columns == 0 ? 0 : matrix.length / columns];
    for (int i = 0; i < rows.length; i++) {
      double[] values = new double[columns];
      for (int j = 0; j < columns; j++) {
        values[j] = matrix[i * columns + j];
      }
      rows[i] = new Row(values);
    }
    return rows;
  }

  double similarity(Row u, Row v) {
    return switch (measure) {
      case DOT -> dot(u.values, v.values);
      case COSINE -> cosine(dot(u.values, v.values), u.square, v.square);
      case PEARSON -> cosine(dot(u.centred, v.centred), u.centredSquare, v.centredSquare);
      case EUCLIDEAN -> 1 / (1 + Math.sqrt(squaredDistance(u.values, v.values)));
    };
  }

  /**
   * @param similarity of the two
   */
  double tolerance(Row u, Row v, double similarity) {
    double steps = (u.values.length + 16) * EPS;
    return switch (measure) {
      case DOT -> (u.values.length + 4) * EPS * absoluteDot(u.values, v.values);
      case COSINE -> steps;
      case PEARSON -> steps / (sparse ? Math.min(u.spread(), v.spread()) : 1);
      case EUCLIDEAN -> {
        double squares = u.square + v.square;
        double distance = 1 / similarity - 1;
        double near = Math.sqrt(Math.max(0, distance * distance - steps * squares));
        double far = Math.sqrt(distance * distance + steps * squares);
        yield 1 / (1 + near) - 1 / (1 + far) + 4 * EPS / (1 + near);
      }
    };
  }

  private static double dot(double[] u, double[] v) {
    double sum = 0;
    for (int j = 0; j < u.length; j++) {
      sum += u[j] * v[j];
    }
    return sum;
  }

  private static double absoluteDot(double[] u, double[] v) {
    double sum = 0;
    for (int j = 0; j < u.length; j++) {
      sum += Math.abs(u[j] * v[j]);
    }
    return sum;
  }

  private static double squaredDistance(double[] u, double[] v) {
    double sum = 0;
    for (int j = 0; j < u.length; j++) {
      sum += (u[j] - v[j]) * (u[j] - v[j]);
    }
    return sum;
  }

  private static double cosine(double uv, double uu, double vv) {
    if (Double.isNaN(uv)) {
      return uv;
    }
    if (uu == 0 || vv == 0) {
      return 0;
    }
    return Math.max(-1, Math.min(1, uv / Math.sqrt(uu) / Math.sqrt(vv)));
  }
}
