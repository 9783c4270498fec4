package io.talus.recommend;

import io.talus.Device;
import io.talus.data.RatingsMatrix;
import java.util.Arrays;

/**
 * What some rows of a matrix score with every other, where {@link Neighbors#find} keeps the best of
 * all rows.
 */
final class RowScores {
  /** The most scores that are in the Java heap at once, unless one row has more. */
  private static final int MOST_AT_ONCE = 1 << 22;

  private RowScores() {}

  /** What is done with the scores of a row. */
  @FunctionalInterface
  interface Use {
    /**
     * Takes the candidates of a row, {@code count} of them: best first, ties to the smaller index.
     * The arrays are filled anew afterwards.
     */
    void of(int row, int[] others, float[] scores, int count);
  }

  /**
   * Gives the scores of one row after the other, in the order of {@code wanted}; they have the bits
   * that {@link Neighbors#find} would find.
   *
   * <p>The rows wanted go first in a copy of the matrix, so that few runs on the device do, each
   * with a few passes over the matrix.
   */
  static void of(
      Device device,
      RatingsMatrix rows,
      int[] wanted,
      RatingSimilarity similarity,
      long memoryLimit,
      Use use) {
    of(device, rows, wanted, similarity, memoryLimit, use, NeighborListener.NONE);
  }

  /** The same, told to someone a tile at a time. */
  static void of(
      Device device,
      RatingsMatrix rows,
      int[] wanted,
      RatingSimilarity similarity,
      long memoryLimit,
      Use use,
      NeighborListener listener) {
    if (wanted.length == 0) {
      return;
    }
    int[] order = inFront(wanted, rows.rows());
    int mostOfTile = Math.max(1, MOST_AT_ONCE / rows.rows());
    NeighborTiles tiles =
        NeighborTiles.plan(
            device,
            rows,
            wanted.length,
            mostOfTile,
            similarity.measure(),
            similarity.support(),
            Integer.MAX_VALUE,
            memoryLimit);
    int k = tiles.k();
    int[] others = new int[k];
    float[] itsScores = new float[k];
    tiles.run(
        device,
        rows.rows(order),
        similarity.measure(),
        similarity.support(),
        (first, count, indices, scores) -> {
          int[] allIndices = indices.toArray();
          float[] allScores = scores.toArray();
          for (int at = 0; at < count; at++) {
            System.arraycopy(allIndices, at * k, others, 0, k);
            System.arraycopy(allScores, at * k, itsScores, 0, k);
            int candidates = rename(others, itsScores, order);
            use.of(wanted[first + at], others, itsScores, candidates);
          }
        },
        listener);
  }

  /** All rows, those wanted in front. */
  private static int[] inFront(int[] wanted, int rows) {
    int[] order = Arrays.copyOf(wanted, rows);
    boolean[] placed = new boolean[rows];
    for (int row : wanted) {
      placed[row] = true;
    }
    int at = wanted.length;
    for (int row = 0; row < rows; row++) {
      if (!placed[row]) {
        order[at++] = row;
      }
    }
    return order;
  }

  /** From places in the order to rows, ties by the row's index; returns how many there are. */
  private static int rename(int[] others, float[] scores, int[] order) {
    int count = 0;
    while (count < others.length && others[count] >= 0) {
      others[count] = order[others[count]];
      count++;
    }
    int first = 0;
    for (int at = 1; at <= count; at++) {
      if (at == count || scores[at] != scores[first]) {
        Arrays.sort(others, first, at);
        first = at;
      }
    }
    return count;
  }
}
