package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.AbstractList;
import java.util.List;
import java.util.stream.IntStream;

/** The best items of a range of users, 12 bytes for each. Immutable. */
public final class Recommendations {
  /** Users that one task ranks, with one array of scores. */
  private static final int TILE = 32;

  private final Ratings ratings;
  private final int firstUser;
  private final int n;
  private final int[] sizes;

  /** User u's are at {@code (u - firstUser) n}. */
  private final int[] items;

  private final double[] scores;

  private Recommendations(Ratings ratings, int from, int to, int n) {
    this.ratings = ratings;
    this.firstUser = from;
    this.n = Math.min(n, ratings.items());
    long places = (long) (to - from) * this.n;
    if (places > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              "%d users of %d items are more than a Java array holds: take fewer users at a time",
              to - from, this.n));
    }
    this.sizes = new int[to - from];
    this.items = new int[(int) places];
    this.scores = new double[(int) places];
  }

  static Recommendations of(Recommender recommender, int from, int to, int n, Seen seen) {
    Ratings ratings = recommender.ratings();
    Indices.requirePositive(n, "n");
    if (from < 0 || from > to || to > ratings.users()) {
      throw new IllegalArgumentException(
          "users " + from + " to " + to + " of " + ratings.users() + " users");
    }
    Recommendations all = new Recommendations(ratings, from, to, n);
    IntStream.range(0, (to - from + TILE - 1) / TILE)
        .parallel()
        .forEach(
            tile -> {
              int begin = from + tile * TILE;
              all.fill(recommender, begin, Math.min(to, begin + TILE), seen);
            });
    return all;
  }

  private void fill(Recommender recommender, int begin, int end, Seen seen) {
    double[] scored = new double[ratings.items()];
    Top top = new Top(Math.max(1, n), scored.length);
    for (int user = begin; user < end; user++) {
      recommender.score(user, scored);
      if (seen == Seen.EXCLUDED) {
        exclude(ratings.byUser(), user, scored);
      }
      for (int item = 0; item < scored.length; item++) {
        if (!Double.isNaN(scored[item])) {
          top.offer(item, scored[item]);
        }
      }
      sizes[user - firstUser] = top.take(items, scores, (user - firstUser) * n);
    }
  }

  /** Takes the scores of what the user has rated away. */
  static void exclude(RatingsMatrix byUser, int user, double[] scores) {
    for (int place = byUser.start(user); place < byUser.end(user); place++) {
      scores[byUser.column(place)] = Double.NaN;
    }
  }

  /** The first user. */
  public int firstUser() {
    return firstUser;
  }

  /** How many users. */
  public int users() {
    return sizes.length;
  }

  /** How many items the user has, at most n. */
  public int size(int user) {
    requireUser(user);
    return sizes[user - firstUser];
  }

  /** The user's item at that rank, 0 for the best. */
  public int item(int user, int rank) {
    return items[place(user, rank)];
  }

  /** The score of the user's item at that rank. */
  public double score(int user, int rank) {
    return scores[place(user, rank)];
  }

  /** The user's items, best first. */
  public List<Scored> list(int user) {
    requireUser(user);
    return new AbstractList<>() {
      @Override
      public Scored get(int rank) {
        int item = item(user, rank);
        return new Scored(item, ratings.itemId(item), score(user, rank));
      }

      @Override
      public int size() {
        return Recommendations.this.size(user);
      }
    };
  }

  private int place(int user, int rank) {
    if (rank < 0 || rank >= size(user)) {
      throw new IndexOutOfBoundsException(
          "rank " + rank + " of the " + size(user) + " items of user " + user);
    }
    return (user - firstUser) * n + rank;
  }

  private void requireUser(int user) {
    if (user < firstUser || user - firstUser >= sizes.length) {
      throw new IndexOutOfBoundsException(
          "user " + user + " of the users " + firstUser + " to " + (firstUser + sizes.length));
    }
  }
}
