package io.talus.recommend;

import io.talus.Device;
import io.talus.data.RatingsMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Makes lists of neighbours, as {@link Ranked}, of all that rows score with others: the lists that
 * a search for all of them finds.
 *
 * @param topK whether a row's list has the largest of its row of similarities, s(row, other), or of
 *     its column, s(other, row)
 * @param weights what is compared
 * @param k the most neighbours of a row
 */
record NeighborLists(RatingSimilarity similarity, TopK topK, RatingsMatrix weights, int k) {

  /**
   * As that recipe wants them.
   *
   * @throws IllegalArgumentException when there is no rating
   */
  static NeighborLists of(Knn knn, RatingsMatrix weights) {
    int k = NeighborTiles.kept(weights, knn.modelSize());
    return new NeighborLists(knn.similarity(), knn.topK(), weights, k);
  }

  /**
   * Whether a row's similarities may be in another order than its scores, so that {@link
   * Neighbors#find} finds others.
   */
  boolean areOutOfOrder() {
    return similarity.givenTheRow() && topK == TopK.PER_COLUMN;
  }

  /** At what similarity another row is in the row's list, given their score. */
  float similarity(int row, int other, float score) {
    if (!similarity.givenTheRow() || score == 0) {
      return score; // which has no rating to be divided by, perhaps
    }
    return score / weights.size(topK == TopK.PER_COLUMN ? other : row);
  }

  /** The row's list, given all its candidates, {@code count} of them: best first. */
  long[] of(int row, int[] others, float[] scores, int count) {
    return areOutOfOrder()
        ? best(row, others, scores, count)
        : first(row, others, scores, Math.min(k, count));
  }

  private long[] first(int row, int[] others, float[] scores, int count) {
    long[] list = new long[count];
    int kept = 0;
    for (int at = 0; at < count; at++) {
      float value = similarity(row, others[at], scores[at]);
      if (scores[at] != 0 && value >= similarity.least()) {
        list[kept++] = Ranked.of(others[at], value);
      }
    }
    return Arrays.copyOf(list, kept);
  }

  /** Candidates at 0 compete, as in a search by scores, but are no neighbours. */
  private long[] best(int row, int[] others, float[] scores, int count) {
    Top top = new Top(k, count);
    for (int at = 0; at < count; at++) {
      top.offer(others[at], similarity(row, others[at], scores[at]));
    }
    int[] indices = new int[Math.min(k, count)];
    double[] values = new double[indices.length];
    top.take(indices, values, 0);
    long[] list = new long[indices.length];
    int kept = 0;
    for (int rank = 0; rank < list.length; rank++) {
      if (values[rank] != 0 && values[rank] >= similarity.least()) {
        list[kept++] = Ranked.of(indices[rank], (float) values[rank]);
      }
    }
    return Arrays.copyOf(list, kept);
  }

  /**
   * The lists of all rows, from all scores of each: what it takes where they {@linkplain
   * #areOutOfOrder are out of order}. The scores of a few rows are there at a time.
   *
   * @throws IllegalArgumentException when rows times k is more than a Java array holds or than the
   *     Java heap has room for, with what is needed
   */
  Neighbors ofAll(Device device, long memoryLimit, NeighborListener listener) {
    NeighborTiles.requireRoom(weights, k);
    long[][] lists = new long[weights.rows()][];
    int[] all = IntStream.range(0, lists.length).toArray();
    RowScores.of(
        device,
        weights,
        all,
        similarity,
        memoryLimit,
        (row, others, scores, count) -> lists[row] = of(row, others, scores, count),
        listener);
    return Neighbors.of(similarity.measure(), k, lists);
  }
}
