package io.talus.recommend;

import io.talus.data.Ratings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Keeps the n best of the items it is offered: larger scores, then smaller indices. */
final class TopItems {
  private final int[] items;
  private final double[] scores;
  private int size;

  /**
   * @param most how many items may be offered
   * @throws IllegalArgumentException when n is not positive
   */
  TopItems(int n, int most) {
    if (n < 1) {
      throw new IllegalArgumentException("n is " + n + ", expected at least 1");
    }
    items = new int[Math.min(n, most)];
    scores = new double[items.length];
  }

  /** A heap with the worst on top. */
  void offer(int item, double score) {
    if (size < items.length) {
      rise(size++, item, score);
    } else if (size > 0 && isWorse(items[0], scores[0], item, score)) {
      sink(item, score);
    }
  }

  /** The kept items, best first; nothing is kept afterwards. */
  List<ScoredItem> take(Ratings ratings) {
    List<ScoredItem> best = new ArrayList<>(size);
    while (size > 0) {
      best.add(new ScoredItem(items[0], ratings.itemId(items[0]), scores[0]));
      size--;
      if (size > 0) {
        sink(items[size], scores[size]);
      }
    }
    Collections.reverse(best);
    return best;
  }

  private void rise(int from, int item, double score) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / 2;
      if (!isWorse(item, score, items[parent], scores[parent])) {
        break;
      }
      set(at, items[parent], scores[parent]);
      at = parent;
    }
    set(at, item, score);
  }

  /** Puts the item in the place of the top. */
  private void sink(int item, double score) {
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size
          && isWorse(items[child + 1], scores[child + 1], items[child], scores[child])) {
        child++;
      }
      if (!isWorse(items[child], scores[child], item, score)) {
        break;
      }
      set(at, items[child], scores[child]);
      at = child;
    }
    set(at, item, score);
  }

  private void set(int at, int item, double score) {
    items[at] = item;
    scores[at] = score;
  }

  private static boolean isWorse(int item, double score, int otherItem, double otherScore) {
    return score < otherScore || (score == otherScore && item > otherItem);
  }
}
