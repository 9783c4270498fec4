package io.talus.recommend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;

/** Keeps the n best of what it is offered: larger scores, then smaller indices. */
final class Top {
  private final int[] indices;
  private final double[] scores;
  private int size;

  /**
   * @param most how many may be offered
   * @throws IllegalArgumentException when n is not positive
   */
  Top(int n, int most) {
    Indices.requirePositive(n, "n");
    indices = new int[Math.min(n, most)];
    scores = new double[indices.length];
  }

  /** A heap with the worst on top. */
  void offer(int index, double score) {
    if (size < indices.length) {
      rise(size++, index, score);
    } else if (size > 0 && isWorse(indices[0], scores[0], index, score)) {
      sink(index, score);
    }
  }

  /** What was kept, best first; nothing is kept afterwards. */
  List<Scored> take(IntFunction<String> ids) {
    int[] best = new int[size];
    double[] bestScores = new double[size];
    int count = take(best, bestScores, 0);
    List<Scored> list = new ArrayList<>(count);
    for (int rank = 0; rank < count; rank++) {
      list.add(new Scored(best[rank], ids.apply(best[rank]), bestScores[rank]));
    }
    return Collections.unmodifiableList(list);
  }

  /**
   * The same into arrays, from {@code at} on.
   *
   * @return how many
   */
  int take(int[] best, double[] bestScores, int at) {
    int count = size;
    while (size > 0) {
      size--;
      best[at + size] = indices[0];
      bestScores[at + size] = scores[0];
      if (size > 0) {
        sink(indices[size], scores[size]);
      }
    }
    return count;
  }

  private void rise(int from, int index, double score) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!isWorse(index, score, indices[parent], scores[parent])) {
        break;
      }
      set(at, indices[parent], scores[parent]);
      at = parent;
    }
    set(at, index, score);
  }

  /** Puts the item in the place of the top. */
  private void sink(int index, double score) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size
          && isWorse(indices[child + 1], scores[child + 1], indices[child], scores[child])) {
        child++;
      }
      if (!isWorse(indices[child], scores[child], index, score)) {
        break;
      }
      set(at, indices[child], scores[child]);
      at = child;
    }
    set(at, index, score);
  }

  private void set(int at, int index, double score) {
    indices[at] = index;
    scores[at] = score;
  }

  private static boolean isWorse(int index, double score, int otherIndex, double otherScore) {
    return score < otherScore || (score == otherScore && index > otherIndex);
  }
}
