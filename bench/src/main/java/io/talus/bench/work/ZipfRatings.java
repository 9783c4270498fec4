package io.talus.bench.work;

import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Made-up ratings of the shape of a real set: few items and users have most of them. Users rate
 * {@code (rank + 60)^-0.9} of the ratings, items are drawn with {@code (rank + 20)^-0.8}, each at
 * most once by a user, with 1 to 5 stars.
 */
public final class ZipfRatings {
  private static final double USER_OFFSET = 60;
  private static final double USER_POWER = 0.9;
  private static final double ITEM_OFFSET = 20;
  private static final double ITEM_POWER = 0.8;
  private static final int FEWEST = 20;
  private static final long SEED = 42;

  /** Ratings of user {@code u} are at {@code userOffsets[u] .. userOffsets[u + 1]}. */
  public final long[] userOffsets;

  /** Ascending for each user. */
  public final int[] items;

  public final float[] stars;

  /** The same, by item: ratings of item {@code i} are at {@code itemOffsets[i] ..}. */
  public final long[] itemOffsets;

  /** Ascending for each item. */
  public final int[] users;

  public final float[] starsByItem;

  public ZipfRatings(int userCount, int itemCount, int ratings) {
    SplittableRandom random = new SplittableRandom(SEED);
    userOffsets = userOffsets(userCount, itemCount, ratings);
    items = new int[ratings];
    stars = new float[ratings];
    double[] popularity = cumulative(itemCount);
    for (int user = 0; user < userCount; user++) {
      draw(random, popularity, (int) userOffsets[user], (int) userOffsets[user + 1]);
    }
    itemOffsets = new long[itemCount + 1];
    users = new int[ratings];
    starsByItem = new float[ratings];
    transpose(userCount, itemCount);
  }

  /** Multiply-adds of a product of every two items over the users of both. */
  public long multiplyAdds() {
    long sum = 0;
    for (int user = 0; user + 1 < userOffsets.length; user++) {
      long count = userOffsets[user + 1] - userOffsets[user];
      sum += count * count;
    }
    return sum;
  }

  /** Counts by rank, each at least FEWEST and at most half of the items, that add up exactly. */
  private static long[] userOffsets(int users, int items, int ratings) {
    double total = 0;
    for (int user = 0; user < users; user++) {
      total += Math.pow(user + USER_OFFSET, -USER_POWER);
    }
    long[] counts = new long[users];
    long left = ratings - (long) FEWEST * users;
    for (int user = 0; user < users; user++) {
      double share = Math.pow(user + USER_OFFSET, -USER_POWER) / total;
      counts[user] =
          FEWEST + Math.min(items / 2 - FEWEST, (long) (share * (ratings - (long) FEWEST * users)));
      left -= counts[user] - FEWEST;
    }
    for (int user = users - 1; left > 0; user = user == 0 ? users - 1 : user - 1, left--) {
      counts[user]++;
    }
    long[] offsets = new long[users + 1];
    for (int user = 0; user < users; user++) {
      offsets[user + 1] = offsets[user] + counts[user];
    }
    return offsets;
  }

  private static double[] cumulative(int items) {
    double[] sums = new double[items];
    double sum = 0;
    for (int item = 0; item < items; item++) {
      sum += Math.pow(item + ITEM_OFFSET, -ITEM_POWER);
      sums[item] = sum;
    }
    return sums;
  }

  private void draw(SplittableRandom random, double[] popularity, int from, int to) {
    BitSet chosen = new BitSet(popularity.length);
    double total = popularity[popularity.length - 1];
    for (int left = to - from; left > 0; ) {
      int place = Arrays.binarySearch(popularity, random.nextDouble() * total);
      int item = Math.min(place < 0 ? -place - 1 : place, popularity.length - 1);
      if (!chosen.get(item)) {
        chosen.set(item);
        left--;
      }
    }
    int at = from;
    for (int item = chosen.nextSetBit(0); item >= 0; item = chosen.nextSetBit(item + 1)) {
      items[at] = item;
      stars[at++] = 1 + random.nextInt(5);
    }
  }

  private void transpose(int userCount, int itemCount) {
    for (int item : items) {
      itemOffsets[item + 1]++;
    }
    for (int item = 0; item < itemCount; item++) {
      itemOffsets[item + 1] += itemOffsets[item];
    }
    long[] next = itemOffsets.clone();
    for (int user = 0; user < userCount; user++) {
      for (int at = (int) userOffsets[user]; at < userOffsets[user + 1]; at++) {
        int place = (int) next[items[at]]++;
        users[place] = user;
        starsByItem[place] = stars[at];
      }
    }
  }
}
