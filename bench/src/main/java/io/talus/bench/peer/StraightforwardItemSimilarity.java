package io.talus.bench.peer;

import io.talus.bench.work.ZipfRatings;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Item-item cosine with the k best for each item, as one writes it in Java without much ado: for an
 * item, every rating of every user who rated it is added to a dense row of dot products; then the
 * row is scanned. Threads take items in turn. The ratings lie ready by item and by user.
 */
public final class StraightforwardItemSimilarity implements Peer {
  private final ZipfRatings ratings;
  private final int k;
  private final int items;
  private final double[] norms;
  private final int[] indices;
  private final double[] scores;
  private final int threads;

  public StraightforwardItemSimilarity(ZipfRatings ratings, int k, int threads) {
    this.ratings = ratings;
    this.k = k;
    this.threads = threads;
    this.items = ratings.itemOffsets.length - 1;
    this.norms = new double[items];
    this.indices = new int[items * k];
    this.scores = new double[items * k];
  }

  @Override
  public void run() {
    for (int item = 0; item < items; item++) {
      double sum = 0;
      for (int at = (int) ratings.itemOffsets[item]; at < ratings.itemOffsets[item + 1]; at++) {
        sum += ratings.starsByItem[at] * ratings.starsByItem[at];
      }
      norms[item] = Math.sqrt(sum);
    }
    AtomicInteger next = new AtomicInteger();
    Thread[] others = new Thread[threads - 1];
    for (int i = 0; i < others.length; i++) {
      others[i] = new Thread(() -> takeItems(next));
      others[i].start();
    }
    takeItems(next);
    for (Thread other : others) {
      join(other);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while timing", interrupted);
    }
  }

  private void takeItems(AtomicInteger next) {
    float[] dots = new float[items];
    for (int item; (item = next.getAndIncrement()) < items; ) {
      Arrays.fill(dots, 0);
      accumulate(item, dots);
      keepBest(item, dots);
    }
  }

  private void accumulate(int item, float[] dots) {
    for (int at = (int) ratings.itemOffsets[item]; at < ratings.itemOffsets[item + 1]; at++) {
      int user = ratings.users[at];
      float stars = ratings.starsByItem[at];
      int end = (int) ratings.userOffsets[user + 1];
      for (int other = (int) ratings.userOffsets[user]; other < end; other++) {
        dots[ratings.items[other]] += stars * ratings.stars[other];
      }
    }
  }

  /** Insertion into the sorted best k; ties stay in order of their index. */
  private void keepBest(int item, float[] dots) {
    int start = item * k;
    int kept = 0;
    for (int other = 0; other < items; other++) {
      double product = norms[item] * norms[other];
      double score = product == 0 ? 0 : dots[other] / product;
      if (other == item || (kept == k && score <= scores[start + k - 1])) {
        continue;
      }
      int place = kept < k ? kept++ : k - 1;
      for (; place > 0 && scores[start + place - 1] < score; place--) {
        scores[start + place] = scores[start + place - 1];
        indices[start + place] = indices[start + place - 1];
      }
      scores[start + place] = score;
      indices[start + place] = other;
    }
  }

  /** The neighbours of an item, best first. */
  public int[] indices(int item) {
    return Arrays.copyOfRange(indices, item * k, item * k + k);
  }

  /** Their cosines. */
  public double[] scores(int item) {
    return Arrays.copyOfRange(scores, item * k, item * k + k);
  }

  @Override
  public void close() {
    // Only the heap is used.
  }
}
