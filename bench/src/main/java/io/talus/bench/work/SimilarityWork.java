package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Similarity;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Similarity of every two rows of a dense rows x columns matrix. */
public final class SimilarityWork {
  private static final int SAMPLED_ROWS = 8;

  private SimilarityWork() {}

  /** The full matrix of similarities. */
  public static Work full(Device device, SimilarityMeasure measure, NamedShape shape) {
    Workspace workspace = device.workspace();
    long rows = shape.size(0);
    Tensor x = Numbers.signed(workspace.tensor(rows, shape.size(1)), 1);
    Similarity op = new Similarity(measure, x, x, workspace.tensor(rows, rows));
    return new Work(workspace, op, () -> device.similarity(op), () -> check(op));
  }

  /** The k most similar other rows of each row. */
  public static Work topK(Device device, SimilarityMeasure measure, int k, NamedShape shape) {
    Workspace workspace = device.workspace();
    long rows = shape.size(0);
    Tensor x = Numbers.signed(workspace.tensor(rows, shape.size(1)), 1);
    SimilarityTopK op =
        new SimilarityTopK(measure, x, x, true, workspace.ints(rows, k), workspace.tensor(rows, k));
    return new Work(workspace, op, () -> device.similarityTopK(op), () -> check(op));
  }

  private static void check(Similarity op) {
    for (long row : Answer.samples(SAMPLED_ROWS, op.a().rows())) {
      double[] expected = similarities(op.measure(), op.a(), row);
      double[] actual = Answer.row(op.y(), row);
      double tolerance = tolerance(op.measure(), op.a().columns());
      for (int i = 0; i < expected.length; i++) {
        Answer.near(expected[i], actual[i], tolerance, "y", row, i);
      }
    }
  }

  private static void check(SimilarityTopK op) {
    for (long row : Answer.samples(SAMPLED_ROWS, op.a().rows())) {
      double[] all = similarities(op.measure(), op.a(), row);
      all[(int) row] = Double.NEGATIVE_INFINITY;
      int[] indices = op.indices().rows(row, row + 1).toArray();
      double[] scores = Answer.row(op.scores(), row);
      checkTopK(all, indices, scores, tolerance(op.measure(), op.a().columns()), row);
    }
  }

  /**
   * Each score is that of its index, and as good as the score that an exact sort has there. What is
   * NaN or negative infinity is no candidate; where those run out the index is -1.
   */
  static void checkTopK(double[] all, int[] indices, double[] scores, double tolerance, long row) {
    double[] sorted =
        Arrays.stream(all).filter(score -> score > Double.NEGATIVE_INFINITY).toArray();
    Arrays.sort(sorted);
    int found = Math.min(scores.length, sorted.length);
    for (int place = 0; place < found; place++) {
      Answer.near(all[indices[place]], scores[place], tolerance, "score of its index", row, place);
      double best = sorted[sorted.length - 1 - place];
      Answer.near(best, scores[place], tolerance, "score", row, place);
    }
    for (int place = found; place < scores.length; place++) {
      Answer.near(-1, indices[place], 0, "index without a candidate", row, place);
    }
    if (Arrays.stream(indices, 0, found).distinct().count() != found) {
      throw new WrongAnswerException("row " + row + " has one neighbour twice; nothing is timed");
    }
  }

  private static double tolerance(SimilarityMeasure measure, long columns) {
    double bound = (columns + 16) * Answer.EPSILON;
    return switch (measure) {
      case DOT -> bound * columns;
      case COSINE -> bound;
      case PEARSON -> 4 * bound;
      // |u - v| of about sqrt(columns) turns an error of its square into half of that, relatively.
      case EUCLIDEAN -> bound;
    };
  }

  private static double[] similarities(SimilarityMeasure measure, Tensor x, long row) {
    double[] u = Answer.row(x, row);
    double[] result = new double[Math.toIntExact(x.rows())];
    float[] all = x.toArray();
    double[] v = new double[u.length];
    for (int other = 0; other < result.length; other++) {
      for (int i = 0; i < v.length; i++) {
        v[i] = all[other * v.length + i];
      }
      result[other] = similarity(measure, u, v);
    }
    return result;
  }

  private static double similarity(SimilarityMeasure measure, double[] u, double[] v) {
    return switch (measure) {
      case DOT -> dot(u, v);
      case COSINE -> dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v));
      case PEARSON -> similarity(SimilarityMeasure.COSINE, centred(u), centred(v));
      case EUCLIDEAN -> 1 / (1 + Math.sqrt(Math.max(0, dot(u, u) - 2 * dot(u, v) + dot(v, v))));
    };
  }

  private static double dot(double[] u, double[] v) {
    double sum = 0;
    for (int i = 0; i < u.length; i++) {
      sum += u[i] * v[i];
    }
    return sum;
  }

  private static double[] centred(double[] u) {
    double mean = Arrays.stream(u).sum() / u.length;
    return Arrays.stream(u).map(value -> value - mean).toArray();
  }
}
