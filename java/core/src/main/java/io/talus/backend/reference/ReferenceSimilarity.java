package io.talus.backend.reference;

import io.talus.op.Similarity;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;

/** Every row of one matrix against every row of another. */
final class ReferenceSimilarity {
  private ReferenceSimilarity() {}

  static void run(Similarity op) {
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.a().rows(); i++) {
      double[] u = row(op.measure(), Floats.of(op.a()), i);
      for (long j = 0; j < op.b().rows(); j++) {
        y.set(i, j, similarity(op.measure(), u, row(op.measure(), Floats.of(op.b()), j)));
      }
    }
  }

  /** Compares scores as they are given out, in float32: what rounds to the same score ties. */
  static void run(SimilarityTopK op) {
    for (long i = 0; i < op.a().rows(); i++) {
      double[] u = row(op.measure(), Floats.of(op.a()), i);
      TopK best = new TopK(op.k());
      for (int j = 0; j < op.b().rows(); j++) {
        if (!(op.excludeSelf() && i == j)) {
          double[] v = row(op.measure(), Floats.of(op.b()), j);
          best.offer(j, (float) similarity(op.measure(), u, v));
        }
      }
      best.writeRow(i, op.indices(), Floats.of(op.scores()));
    }
  }

  /** A row in double, less its mean for PEARSON: which is then the cosine of such rows. */
  private static double[] row(SimilarityMeasure measure, Floats matrix, long i) {
    float[] values = matrix.row(i);
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    double mean = measure == SimilarityMeasure.PEARSON ? sum / values.length : 0;
    double[] row = new double[values.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = values[j] - mean;
    }
    return row;
  }

  private static double similarity(SimilarityMeasure measure, double[] u, double[] v) {
    return switch (measure) {
      case DOT -> dot(u, v);
      case COSINE, PEARSON -> cosine(dot(u, v), dot(u, u), dot(v, v));
      case EUCLIDEAN -> 1 / (1 + distance(u, v));
    };
  }

  /** From u · v, u · u and v · v. NaN stays NaN, beside a zero row too. */
  static double cosine(double uv, double uu, double vv) {
    if (!Double.isNaN(uv) && (uu == 0 || vv == 0)) {
      return 0;
    }
    return Math.max(-1, Math.min(1, uv / (Math.sqrt(uu) * Math.sqrt(vv))));
  }

  static double dot(double[] u, double[] v) {
    double sum = 0;
    for (int j = 0; j < u.length; j++) {
      sum += u[j] * v[j];
    }
    return sum;
  }

  private static double distance(double[] u, double[] v) {
    double sum = 0;
    for (int j = 0; j < u.length; j++) {
      sum += (u[j] - v[j]) * (u[j] - v[j]);
    }
    return Math.sqrt(sum);
  }
}
