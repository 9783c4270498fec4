package io.talus.data;

import java.util.Arrays;

/** Collects ratings, one by one; made by {@link Ratings#builder}. Not for several threads. */
public final class RatingsBuilder {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final RatingsVocabulary userIds;
  private final RatingsVocabulary itemIds;
  private int size;
  private int[] users = new int[1024];
  private int[] items = new int[1024];
  private float[] values = new float[1024];

  /** Null until the first rating with a time. */
  private long[] timestamps;

  private Repeats repeats = Repeats.LAST;
  private long dropped;
  private boolean built;

  RatingsBuilder(RatingsVocabulary userIds, RatingsVocabulary itemIds) {
    this.userIds = userIds;
    this.itemIds = itemIds;
  }

  /** What becomes of several ratings of one item by one user; {@link Repeats#LAST} if not said. */
  public RatingsBuilder repeats(Repeats repeats) {
    requireUnbuilt();
    this.repeats = repeats;
    return this;
  }

  /** Counts ratings that were dropped before these came here as {@link Ratings#duplicates} too. */
  public RatingsBuilder dropped(long before) {
    requireUnbuilt();
    this.dropped += before;
    return this;
  }

  /**
   * Adds a rating. Where the user rated the item before, {@link #repeats} says what becomes of
   * both.
   *
   * @throws IllegalArgumentException when an id is empty, the value is not finite, or an earlier
   *     rating had a time
   */
  public RatingsBuilder add(String user, String item, float value) {
    requireUnbuilt();
    require(user, item, value);
    return add(userIds.add(user), itemIds.add(item), value);
  }

  /**
   * Adds a rating given at that time. All ratings must have a time, or none.
   *
   * @throws IllegalArgumentException when an id is empty, the value is not finite, or an earlier
   *     rating had no time
   */
  public RatingsBuilder add(String user, String item, float value, long timestamp) {
    requireUnbuilt();
    require(user, item, value);
    return add(userIds.add(user), itemIds.add(item), value, timestamp);
  }

  /**
   * Adds a rating by indices, as {@link Ratings#builder(java.util.List, java.util.List)} gave them.
   *
   * @throws IllegalArgumentException when there is no such user or item, the value is not finite,
   *     or an earlier rating had a time
   */
  public RatingsBuilder add(int user, int item, float value) {
    require(user, item, value);
    if (timestamps != null) {
      throw new IllegalArgumentException("a rating without a time among ratings with times");
    }
    append(user, item, value);
    return this;
  }

  /**
   * The same, given at that time.
   *
   * @throws IllegalArgumentException when there is no such user or item, the value is not finite,
   *     or an earlier rating had no time
   */
  public RatingsBuilder add(int user, int item, float value, long timestamp) {
    require(user, item, value);
    if (size == 0) {
      timestamps = new long[users.length];
    } else if (timestamps == null) {
      throw new IllegalArgumentException("a rating with a time among ratings without times");
    }
    append(user, item, value);
    timestamps[size - 1] = timestamp;
    return this;
  }

  /** The index of the user, new or not. */
  int user(byte[] bytes, int from, int to) {
    return userIds.add(bytes, from, to);
  }

  /** The index of the item, new or not. */
  int item(byte[] bytes, int from, int to) {
    return itemIds.add(bytes, from, to);
  }

  int user(String id) {
    return userIds.add(id);
  }

  int item(String id) {
    return itemIds.add(id);
  }

  boolean isEmpty() {
    return size == 0;
  }

  /**
   * The ratings; the builder's work is done then.
   *
   * @throws IllegalArgumentException when there are repeated ratings and they are {@link
   *     Repeats#REFUSED}, or become one that is not finite
   */
  public Ratings build() {
    requireUnbuilt();
    built = true;
    // Sorted by item and then, keeping that order, by user: each user's items ascend, and ratings
    // of the same user and item stay in the order in which they came.
    int[] order = sort(items, itemIds.size(), null);
    order = sort(users, userIds.size(), order);
    int kept = unite(order);
    long[] offsets = new long[userIds.size() + 1];
    int[] columns = new int[kept];
    float[] sorted = new float[kept];
    long[] times = timestamps == null ? null : new long[kept];
    for (int i = 0; i < kept; i++) {
      int from = order[i];
      offsets[users[from] + 1]++;
      columns[i] = items[from];
      sorted[i] = values[from];
      if (times != null) {
        times[i] = timestamps[from];
      }
    }
    for (int user = 0; user < userIds.size(); user++) {
      offsets[user + 1] += offsets[user];
    }
    RatingsMatrix byUser = new RatingsMatrix(itemIds.size(), offsets, columns, sorted);
    return new Ratings(userIds, itemIds, byUser, times, dropped + size - kept);
  }

  /** Leaves one of each user's ratings of each item in front; returns how many. */
  private int unite(int[] order) {
    int kept = 0;
    int first = 0;
    while (first < size) {
      int end = first + 1;
      double value = values[order[first]];
      for (; end < size && same(order[first], order[end]); end++) {
        value = repeats.of(value, end - first, values[order[end]]);
      }
      int stays = order[repeats == Repeats.FIRST ? first : end - 1];
      if (end - first > 1) {
        requireGood(stays, value);
      }
      values[stays] = (float) value;
      order[kept++] = stays;
      first = end;
    }
    return kept;
  }

  private void requireGood(int place, double value) {
    String which =
        "user '" + userIds.id(users[place]) + "', item '" + itemIds.id(items[place]) + "': ";
    if (repeats == Repeats.REFUSED) {
      throw new RepeatedRatingException(
          which + "rated more than once; say what becomes of repeated ratings (Repeats)");
    }
    if (!Float.isFinite((float) value)) {
      throw new RepeatedRatingException(which + "the " + repeats + " of the ratings is " + value);
    }
  }

  private boolean same(int a, int b) {
    return users[a] == users[b] && items[a] == items[b];
  }

  /** Positions in the order of their keys; equal keys in the order {@code before} (null: as is). */
  private int[] sort(int[] keys, int bound, int[] before) {
    int[] next = new int[bound + 1];
    for (int i = 0; i < size; i++) {
      next[keys[i] + 1]++;
    }
    for (int key = 0; key < bound; key++) {
      next[key + 1] += next[key];
    }
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int position = before == null ? i : before[i];
      order[next[keys[position]]++] = position;
    }
    return order;
  }

  private void append(int user, int item, float value) {
    if (size == users.length) {
      grow();
    }
    users[size] = user;
    items[size] = item;
    values[size] = value;
    size++;
  }

  private void grow() {
    if (size >= MOST) {
      throw new IllegalStateException("more than " + MOST + " ratings do not fit in Java arrays");
    }
    int length = (int) Math.min(MOST, 2L * size);
    users = Arrays.copyOf(users, length);
    items = Arrays.copyOf(items, length);
    values = Arrays.copyOf(values, length);
    if (timestamps != null) {
      timestamps = Arrays.copyOf(timestamps, length);
    }
  }

  private void requireUnbuilt() {
    if (built) {
      throw new IllegalStateException("the ratings are built; use a new builder");
    }
  }

  private void require(int user, int item, float value) {
    requireUnbuilt();
    if (user < 0 || user >= userIds.size() || item < 0 || item >= itemIds.size()) {
      throw new IllegalArgumentException(
          String.format(
              "user %d, item %d: there are %d users and %d items",
              user, item, userIds.size(), itemIds.size()));
    }
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "user " + user + ", item " + item + ": the rating " + value + " is not finite");
    }
  }

  private static void require(String user, String item, float value) {
    if (user.isEmpty() || item.isEmpty()) {
      throw new IllegalArgumentException(
          (user.isEmpty() ? "the user" : "the item of user '" + user + "'") + " has an empty id");
    }
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          "user '" + user + "', item '" + item + "': the rating " + value + " is not finite");
    }
  }
}
