package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;

/** The k most similar items of each item, from sparse ratings. */
public final class SparseSimilarityWork {
  private static final int SAMPLED_ROWS = 8;

  private SparseSimilarityWork() {}

  public static Work of(Device device, SimilarityMeasure measure, int k, ZipfRatings ratings) {
    Workspace workspace = device.workspace();
    long items = ratings.itemOffsets.length - 1;
    CsrMatrix matrix =
        workspace.csr(
            items,
            ratings.userOffsets.length - 1,
            ratings.itemOffsets,
            ratings.users,
            ratings.starsByItem);
    SparseSimilarityTopK op =
        new SparseSimilarityTopK(
            measure, matrix, true, workspace.ints(items, k), workspace.tensor(items, k));
    return new Work(
        workspace,
        op,
        2 * ratings.multiplyAdds(),
        op.bytes(),
        () -> device.sparseSimilarityTopK(op),
        () -> check(op, ratings));
  }

  private static void check(SparseSimilarityTopK op, ZipfRatings ratings) {
    if (op.measure() != SparseMeasure.COSINE) {
      throw new IllegalArgumentException("only COSINE can be checked here, not " + op.measure());
    }
    for (long row : Answer.samples(SAMPLED_ROWS, op.matrix().rows())) {
      int[] indices = op.indices().rows(row, row + 1).toArray();
      checkCosines(ratings, (int) row, indices, Answer.row(op.scores(), row));
    }
  }

  /**
   * @throws WrongAnswerException unless these are the items most like {@code item}
   */
  public static void checkCosines(ZipfRatings ratings, int item, int[] indices, double[] scores) {
    double[] all = cosines(ratings, item);
    all[item] = Double.NEGATIVE_INFINITY;
    double tolerance = (ratings.userOffsets.length + 16) * Answer.EPSILON;
    SimilarityWork.checkTopK(all, indices, scores, tolerance, item);
  }

  private static double[] cosines(ZipfRatings ratings, int item) {
    double[] stars = new double[ratings.userOffsets.length - 1];
    double norm = 0;
    for (int at = (int) ratings.itemOffsets[item]; at < ratings.itemOffsets[item + 1]; at++) {
      stars[ratings.users[at]] = ratings.starsByItem[at];
      norm += ratings.starsByItem[at] * ratings.starsByItem[at];
    }
    double[] cosines = new double[ratings.itemOffsets.length - 1];
    for (int other = 0; other < cosines.length; other++) {
      double dot = 0;
      double otherNorm = 0;
      for (int at = (int) ratings.itemOffsets[other]; at < ratings.itemOffsets[other + 1]; at++) {
        dot += stars[ratings.users[at]] * ratings.starsByItem[at];
        otherNorm += ratings.starsByItem[at] * ratings.starsByItem[at];
      }
      cosines[other] = norm == 0 || otherNorm == 0 ? 0 : dot / Math.sqrt(norm * otherNorm);
    }
    return cosines;
  }
}
