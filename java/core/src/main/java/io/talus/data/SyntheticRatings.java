package io.talus.data;

import java.util.Arrays;
import java.util.Locale;

/**
 * Ratings drawn at random, the same for the same seed everywhere (Philox4x32-10): some with a
 * structure that a result must recover, some for benchmarks.
 */
public final class SyntheticRatings {
  private static final String[] GENRES = {
    "western", "comedy", "horror", "romance", "crime", "musical", "war", "fantasy", "sport", "noir"
  };

  /** How popularity falls with an item's rank within its cluster. */
  private static final double CLUSTER_EXPONENT = 0.8;

  /** How often a user picks an item of the own cluster. */
  private static final double LOYALTY = 0.7;

  /** How a user's share of all ratings, and an item's popularity, fall with the rank. */
  private static final double USER_EXPONENT = 0.5;

  private static final double ITEM_EXPONENT = 0.6;

  /** Mean rating of items of the own cluster, of others, and the deviation around both. */
  private static final double OWN_MEAN = 4.2;

  private static final double OTHER_MEAN = 2.6;
  private static final double DEVIATION = 0.8;

  private static final int ITEM_STREAM = 0;
  private static final int USER_STREAM = 1;

  /** Mean rating where there is no structure. */
  private static final double ZIPF_MEAN = 3.6;

  private SyntheticRatings() {}

  /**
   * Ratings of users and items that belong to clusters.
   *
   * @param itemCluster the true cluster of each item, by index
   * @param userCluster the true cluster of each user, by index
   */
  public record Clustered(Ratings ratings, int[] itemCluster, int[] userCluster) {}

  /**
   * Users and items in clusters of equal size (give or take one). Each user rates {@code perUser}
   * different items: 7 in 10 from the own cluster, the others from anywhere, within a cluster the
   * item of rank r with a chance proportional to 1 / r^0.8. Ratings are whole, 1 to 5, normal
   * around 4.2 for the own cluster and 2.6 for others with deviation 0.8. Item ids name their
   * cluster and rank, as in {@code comedy-07}; user ids are as in {@code user-0042}.
   *
   * @throws IllegalArgumentException when a count is not positive, there are fewer users or items
   *     than clusters, or perUser is more than half of the items
   */
  public static Clustered clustered(int users, int items, int clusters, int perUser, long seed) {
    requireClusters(users, items, clusters, perUser);
    RatingsRandom random = new RatingsRandom(seed);
    RatingsBuilder builder = Ratings.builder();
    for (int item = 0; item < items; item++) {
      String rank = String.format(Locale.ROOT, "-%02d", item / clusters + 1);
      builder.item(clusterName(item % clusters) + rank);
    }
    Draw[] draws = new Draw[clusters];
    for (int cluster = 0; cluster < clusters; cluster++) {
      draws[cluster] = new Draw((items - cluster + clusters - 1) / clusters, CLUSTER_EXPONENT);
    }
    Rated rated = new Rated(items);
    for (int user = 0; user < users; user++) {
      builder.user(String.format(Locale.ROOT, "user-%04d", user + 1));
      for (int count = 0; count < perUser; ) {
        int item = pick(user % clusters, draws, random);
        if (!rated.add(user, item)) {
          item = random.below(items); // a small cluster may be used up
          if (!rated.add(user, item)) {
            continue;
          }
        }
        boolean own = item % clusters == user % clusters;
        builder.add(user, item, stars(own ? OWN_MEAN : OTHER_MEAN, random));
        count++;
      }
    }
    return new Clustered(builder.build(), cycle(items, clusters), cycle(users, clusters));
  }

  private static int pick(int own, Draw[] draws, RatingsRandom random) {
    int clusters = draws.length;
    int cluster = random.uniform() < LOYALTY ? own : random.below(clusters);
    return draws[cluster].next(random) * clusters + cluster;
  }

  private static void requireClusters(int users, int items, int clusters, int perUser) {
    if (clusters < 1 || users < clusters || items < clusters) {
      throw new IllegalArgumentException(
          String.format(
              "%d users and %d items in %d clusters: expected at least one of each in a cluster",
              users, items, clusters));
    }
    if (perUser < 1 || perUser > items / 2) {
      throw new IllegalArgumentException(
          String.format("perUser is %d, expected 1 to half of the %d items", perUser, items));
    }
  }

  /**
   * Ratings without structure, as many as asked for, with the skew of real ones: the user of rank r
   * gives a share of them proportional to 1 / r^0.5 (at least one, at most all items), and picks
   * the item of rank r with a chance proportional to 1 / r^0.6, without repetition. Ranks are dealt
   * to the ids {@code 1}, {@code 2}, ... at random.
   *
   * @throws IllegalArgumentException when there are fewer ratings than users, or more than pairs of
   *     a user and an item
   */
  public static Ratings zipf(int users, int items, long ratings, long seed) {
    if (users < 1 || items < 1 || ratings < users || ratings > (long) users * items) {
      throw new IllegalArgumentException(
          String.format(
              "%d ratings of %d users and %d items: expected at least one for each user and at most"
                  + " one for each pair",
              ratings, users, items));
    }
    RatingsRandom random = new RatingsRandom(seed);
    RatingsBuilder builder = Ratings.builder();
    for (int item = 1; item <= items; item++) {
      builder.item(Integer.toString(item));
    }
    for (int user = 1; user <= users; user++) {
      builder.user(Integer.toString(user));
    }
    int[] itemOfRank = Shuffle.permutation(items, seed, ITEM_STREAM);
    int[] userOfRank = Shuffle.permutation(users, seed, USER_STREAM);
    int[] counts = shares(users, items, ratings);
    Draw draw = new Draw(items, ITEM_EXPONENT);
    Rated rated = new Rated(items);
    for (int rank = 0; rank < users; rank++) {
      int user = userOfRank[rank];
      long patience = 8L * counts[rank];
      int count = 0;
      for (long tries = 0; count < counts[rank]; tries++) {
        // Who rates nearly everything would wait long for the last items: those go by rank.
        int drawn = tries < patience ? draw.next(random) : (int) (tries - patience);
        int item = itemOfRank[drawn];
        if (rated.add(user, item)) {
          builder.add(user, item, stars(ZIPF_MEAN, random));
          count++;
        }
      }
    }
    return builder.build();
  }

  /** How many ratings the user of each rank gives. */
  private static int[] shares(int users, int items, long count) {
    double sum = 0;
    for (int rank = 1; rank <= users; rank++) {
      sum += StrictMath.pow(rank, -USER_EXPONENT);
    }
    int[] shares = new int[users];
    long left = count;
    for (int rank = 1; rank <= users; rank++) {
      long share = (long) (count * StrictMath.pow(rank, -USER_EXPONENT) / sum);
      shares[rank - 1] = (int) Math.max(1, Math.min(items, share));
      left -= shares[rank - 1];
    }
    // What rounding and the two limits left over or took too much, spread evenly.
    for (int rank = 0; left != 0; rank = (rank + 1) % users) {
      int step = Long.signum(left);
      if (shares[rank] + step >= 1 && shares[rank] + step <= items) {
        shares[rank] += step;
        left -= step;
      }
    }
    return shares;
  }

  private static float stars(double mean, RatingsRandom random) {
    double drawn = mean + DEVIATION * random.normal();
    return Math.max(1, Math.min(5, Math.round(drawn)));
  }

  private static int[] cycle(int length, int bound) {
    int[] values = new int[length];
    Arrays.setAll(values, i -> i % bound);
    return values;
  }

  private static String clusterName(int cluster) {
    return cluster < GENRES.length ? GENRES[cluster] : "genre" + (cluster + 1);
  }

  /** Remembers what the user at hand has rated. */
  private static final class Rated {
    private final int[] lastUser;

    Rated(int items) {
      lastUser = new int[items];
      Arrays.fill(lastUser, -1);
    }

    /** False when the user has rated the item before. */
    boolean add(int user, int item) {
      boolean fresh = lastUser[item] != user;
      lastUser[item] = user;
      return fresh;
    }
  }

  /** Draws ranks from 0, rank r with a chance proportional to 1 / (r + 1)^exponent. */
  private static final class Draw {
    private final double[] cumulative;

    Draw(int ranks, double exponent) {
      cumulative = new double[ranks];
      double sum = 0;
      for (int rank = 0; rank < ranks; rank++) {
        sum += StrictMath.pow(rank + 1, -exponent);
        cumulative[rank] = sum;
      }
    }

    int next(RatingsRandom random) {
      double point = random.uniform() * cumulative[cumulative.length - 1];
      int found = Arrays.binarySearch(cumulative, point);
      return Math.min(cumulative.length - 1, found >= 0 ? found + 1 : -found - 1);
    }
  }
}
