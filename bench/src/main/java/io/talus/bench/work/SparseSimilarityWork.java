package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;

/** The k most similar items of each item, from sparse ratings. */
public final class SparseSimilarityWork {
  private static final int SAMPLED_ROWS = 8;

  private SparseSimilarityWork() {}

  public static Work of(Device device, SparseMeasure measure, int k, ZipfRatings ratings) {
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
            measure,
            Support.ANY,
            matrix,
            Tile.all(matrix),
            true,
            workspace.ints(items, k),
            workspace.tensor(items, k));
    return new Work(
        workspace,
        op,
        2 * ratings.multiplyAdds(),
        op.bytes(),
        () -> device.sparseSimilarityTopK(op),
        () -> check(op, ratings));
  }

  private static void check(SparseSimilarityTopK op, ZipfRatings ratings) {
    for (long row : Answer.samples(SAMPLED_ROWS, op.matrix().rows())) {
      int[] indices = op.indices().rows(row, row + 1).toArray();
      check(op.measure(), ratings, (int) row, indices, Answer.row(op.scores(), row));
    }
  }

  /**
   * @throws WrongAnswerException unless these are the items most like {@code item}
   */
  public static void checkCosines(ZipfRatings ratings, int item, int[] indices, double[] scores) {
    check(SparseMeasure.COSINE, ratings, item, indices, scores);
  }

  private static void check(
      SparseMeasure measure, ZipfRatings ratings, int item, int[] indices, double[] scores) {
    int users = ratings.userOffsets.length - 1;
    double[] stars = stars(ratings, item);
    double[] all = new double[ratings.itemOffsets.length - 1];
    double tolerance = 0;
    for (int other = 0; other < all.length; other++) {
      SparsePair pair = SparsePair.of(stars, stars(ratings, other));
      all[other] = other == item ? Double.NEGATIVE_INFINITY : pair.similarity(measure);
      tolerance = Math.max(tolerance, pair.tolerance(measure, users));
    }
    SimilarityWork.checkTopK(all, indices, scores, tolerance, item);
  }

  /** Of all users, 0 where there are none. */
  private static double[] stars(ZipfRatings ratings, int item) {
    double[] stars = new double[ratings.userOffsets.length - 1];
    for (int at = (int) ratings.itemOffsets[item]; at < ratings.itemOffsets[item + 1]; at++) {
      stars[ratings.users[at]] = ratings.starsByItem[at];
    }
    return stars;
  }
}
