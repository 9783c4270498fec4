package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ratings in a grid: users are dealt to {@link #GRID} groups and so are items, each group with
 * about as many ratings, and a block has the ratings of a group of users and one of items. Blocks
 * in which no group is the same have no user and no item in common, so they can be learned from
 * side by side.
 *
 * <p>Source: Gemulla, Nijkamp, Haas, Sismanis, "Large-scale matrix factorization with distributed
 * stochastic gradient descent", KDD 2011.
 */
final class RatingBlocks {
  /** The same on every machine: it decides the order of the ratings, and so every bit. */
  static final int GRID = 16;

  /** Of each place of byUser. */
  private final int[] users;

  /** Places of block (i, j) are at {@code starts[i GRID + j]} to the next. */
  private final int[] starts;

  private final int[] places;

  private RatingBlocks(int[] users, int[] starts, int[] places) {
    this.users = users;
    this.starts = starts;
    this.places = places;
  }

  static RatingBlocks of(RatingsMatrix byUser, RatingsMatrix byItem) {
    int[] groupOfUser = deal(byUser);
    int[] groupOfItem = deal(byItem);
    int[] users = new int[byUser.size()];
    int[] starts = new int[GRID * GRID + 1];
    for (int user = 0; user < byUser.rows(); user++) {
      Arrays.fill(users, byUser.start(user), byUser.end(user), user);
    }
    for (int place = 0; place < users.length; place++) {
      starts[groupOfUser[users[place]] * GRID + groupOfItem[byUser.column(place)] + 1]++;
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] next = starts.clone();
    int[] places = new int[users.length];
    for (int place = 0; place < users.length; place++) {
      int block = groupOfUser[users[place]] * GRID + groupOfItem[byUser.column(place)];
      places[next[block]++] = place;
    }
    return new RatingBlocks(users, starts, places);
  }

  /** The rows with the most ratings first, each to the group that has the fewest. */
  private static int[] deal(RatingsMatrix rows) {
    int[] group = new int[rows.rows()];
    long[] dealt = new long[GRID];
    int[] byCount =
        IntStream.range(0, group.length)
            .boxed()
            .sorted((a, b) -> Integer.compare(rows.size(b), rows.size(a)))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int row : byCount) {
      int least = 0;
      for (int other = 1; other < GRID; other++) {
        least = dealt[other] < dealt[least] ? other : least;
      }
      group[row] = least;
      dealt[least] += rows.size(row);
    }
    return group;
  }

  /** How many ratings the block has. */
  int size(int block) {
    return starts[block + 1] - starts[block];
  }

  /** The place of a rating of the block. */
  int place(int block, int at) {
    return places[starts[block] + at];
  }

  /** The user of the rating at a place. */
  int user(int place) {
    return users[place];
  }
}
