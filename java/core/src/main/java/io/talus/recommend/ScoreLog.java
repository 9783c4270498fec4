package io.talus.recommend;

import java.util.Arrays;

/** {@link Ranked} candidates of rows, written as they come and read row by row. */
final class ScoreLog {
  private int[] rows = new int[1024];
  private long[] ranked = new long[1024];
  private int size;

  /** Row i's candidates are at {@code starts[i] .. starts[i + 1]} once sorted. */
  private int[] starts;

  void add(int row, long candidate) {
    if (size == rows.length) {
      int length = (int) Math.min(NeighborTiles.MOST_PLACES, 2L * size);
      if (length == size) {
        throw new IllegalStateException("more than " + size + " changed similarities: fit anew");
      }
      rows = Arrays.copyOf(rows, length);
      ranked = Arrays.copyOf(ranked, length);
    }
    rows[size] = row;
    ranked[size++] = candidate;
  }

  /** Nothing is added afterwards. */
  void sort(int rowCount) {
    starts = new int[rowCount + 1];
    for (int at = 0; at < size; at++) {
      starts[rows[at] + 1]++;
    }
    for (int row = 0; row < rowCount; row++) {
      starts[row + 1] += starts[row];
    }
    int[] next = starts.clone();
    long[] sorted = new long[size];
    for (int at = 0; at < size; at++) {
      sorted[next[rows[at]]++] = ranked[at];
    }
    ranked = sorted;
  }

  int size(int row) {
    return starts[row + 1] - starts[row];
  }

  /** Copies the row's candidates to the front; returns how many. */
  int copy(int row, long[] to) {
    System.arraycopy(ranked, starts[row], to, 0, size(row));
    return size(row);
  }
}
