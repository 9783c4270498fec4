package io.talus.data;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Who rated what, and how: the input of recommending. Users and items have ids (strings) and
 * indices, which count from 0 in the order in which the ids were first seen. Immutable, so safe for
 * use from several threads.
 *
 * <p>A user has at most one rating of an item: of several, {@link Repeats} says which one stays or
 * what they become (the last one given, if not said otherwise), and {@link #duplicates} counts
 * those dropped.
 *
 * <p><b>Edge cases.</b> A user or an item may have no rating (after a split, say). Without any
 * rating at all {@link #mean}, {@link #min} and {@link #max} are NaN. Ratings that are all equal
 * are legal; what a measure of similarity makes of a constant row is its own to say. A rating of 0
 * is a rating, although similarity over whole vectors cannot tell it from an absent one.
 */
public final class Ratings {
  private final RatingsVocabulary users;
  private final RatingsVocabulary items;
  private final RatingsMatrix byUser;
  private final RatingsMatrix byItem;

  /** For each place of byUser; or null. */
  private final long[] timestamps;

  private final long duplicates;
  private final double mean;
  private final float min;
  private final float max;

  Ratings(
      RatingsVocabulary users,
      RatingsVocabulary items,
      RatingsMatrix byUser,
      long[] timestamps,
      long duplicates) {
    this.users = users;
    this.items = items;
    this.byUser = byUser;
    this.byItem = byUser.transpose();
    this.timestamps = timestamps;
    this.duplicates = duplicates;
    double sum = 0;
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int place = 0; place < byUser.size(); place++) {
      sum += byUser.value(place);
      least = Math.min(least, byUser.value(place));
      most = Math.max(most, byUser.value(place));
    }
    this.mean = sum / byUser.size();
    this.min = byUser.size() == 0 ? Float.NaN : least;
    this.max = byUser.size() == 0 ? Float.NaN : most;
  }

  /** Collects ratings one by one. */
  public static RatingsBuilder builder() {
    return new RatingsBuilder(new RatingsVocabulary(), new RatingsVocabulary());
  }

  /**
   * Collects ratings of users and items that are known beforehand: the first ids have the indices 0
   * and so on, with a rating or without. Others may follow.
   *
   * @throws IllegalArgumentException when an id is empty, or there twice
   */
  public static RatingsBuilder builder(List<String> userIds, List<String> itemIds) {
    return new RatingsBuilder(
        RatingsVocabulary.of(userIds, "user"), RatingsVocabulary.of(itemIds, "item"));
  }

  /** Users. */
  public int users() {
    return users.size();
  }

  /** Items. */
  public int items() {
    return items.size();
  }

  /** Ratings, at most one for each user and item. */
  public int size() {
    return byUser.size();
  }

  /** Ratings dropped because the same user rated the same item more than once. */
  public long duplicates() {
    return duplicates;
  }

  /** The ratings, users x items. */
  public RatingsMatrix byUser() {
    return byUser;
  }

  /** The ratings, items x users. */
  public RatingsMatrix byItem() {
    return byItem;
  }

  public String userId(int user) {
    return users.id(user);
  }

  public String itemId(int item) {
    return items.id(item);
  }

  /** The index of the user, or -1 when there is no such id. */
  public int findUser(String id) {
    return users.find(id);
  }

  /** The index of the item, or -1 when there is no such id. */
  public int findItem(String id) {
    return items.find(id);
  }

  /**
   * The index of the user.
   *
   * @throws IllegalArgumentException when there is no such id
   */
  public int userIndex(String id) {
    return require(users, id, "user");
  }

  /**
   * The index of the item.
   *
   * @throws IllegalArgumentException when there is no such id
   */
  public int itemIndex(String id) {
    return require(items, id, "item");
  }

  /** Whether ratings have times. */
  public boolean hasTimestamps() {
    return timestamps != null;
  }

  /**
   * When the rating at that place of {@link #byUser} was given, in the unit of its source
   * (MovieLens: seconds since 1970).
   *
   * @throws IllegalStateException when the ratings have no times
   */
  public long timestamp(int place) {
    if (timestamps == null) {
      throw new IllegalStateException("these ratings have no timestamps");
    }
    return timestamps[place];
  }

  /** The mean rating. */
  public double mean() {
    return mean;
  }

  /** The least rating. */
  public float min() {
    return min;
  }

  /** The greatest rating. */
  public float max() {
    return max;
  }

  /**
   * The same users, items and times with other ratings, {@code change} of each: {@code Math::log1p}
   * of play counts, say, or 1 for whatever was liked. Shares ids and indices with these.
   *
   * @throws IllegalArgumentException when one is not finite
   */
  public Ratings map(DoubleUnaryOperator change) {
    float[] values = new float[size()];
    for (int place = 0; place < values.length; place++) {
      values[place] = (float) change.applyAsDouble(byUser.value(place));
      if (!Float.isFinite(values[place])) {
        throw new IllegalArgumentException(
            "the rating " + byUser.value(place) + " became " + values[place]);
      }
    }
    return new Ratings(users, items, byUser.withValues(values), timestamps, duplicates);
  }

  /**
   * These ratings and later ones: ids keep their indices and new ones follow; where a user rated an
   * item again, the later rating stays and the one before counts as a duplicate.
   *
   * @throws IllegalArgumentException when only one of both has times
   */
  public Ratings with(Ratings later) {
    return with(later, Repeats.LAST);
  }

  /**
   * The same with that to become of ratings of one item by one user: {@link Repeats#SUM} adds later
   * counts to those before, say.
   *
   * @throws IllegalArgumentException when only one of both has times, or some are repeated that
   *     must not be
   */
  public Ratings with(Ratings later, Repeats repeats) {
    if (size() > 0 && later.size() > 0 && hasTimestamps() != later.hasTimestamps()) {
      throw new IllegalArgumentException(
          "ratings with times and ratings without: " + this + " and " + later);
    }
    RatingsBuilder all =
        builderWithMoreIds().repeats(repeats).dropped(duplicates).dropped(later.duplicates);
    RatingsSplit.copy(this, place -> true, all);
    for (int user = 0; user < later.users(); user++) {
      all.user(later.userId(user));
    }
    for (int item = 0; item < later.items(); item++) {
      all.item(later.itemId(item));
    }
    RatingsSplit.copyById(later, all);
    return all.build();
  }

  private boolean sharesIdsWith(Ratings other) {
    return users == other.users && items == other.items;
  }

  /**
   * For who takes indices of one set of ratings into another.
   *
   * @throws IllegalArgumentException when an index may mean another user or item there; the parts
   *     of one {@link RatingsSplit} share their indices
   */
  public void requireSameIds(Ratings other) {
    if (!sharesIdsWith(other)) {
      throw new IllegalArgumentException(
          "the two sets of ratings number their users and items differently: use"
              + " RatingsSplit.join");
    }
  }

  /** A builder that keeps the ids and indices of these ratings, but none of the ratings. */
  RatingsBuilder builderWithSameIds() {
    return new RatingsBuilder(users, items);
  }

  /** A builder that starts with the ids and indices of these ratings and may add more. */
  RatingsBuilder builderWithMoreIds() {
    return new RatingsBuilder(users.copy(), items.copy());
  }

  private static int require(RatingsVocabulary ids, String id, String what) {
    int index = ids.find(id);
    if (index < 0) {
      throw new IllegalArgumentException(
          "there is no " + what + " '" + id + "' among the " + ids.size() + " " + what + "s");
    }
    return index;
  }

  /** As in {@code Ratings of 943 users, 1682 items: 100000, from 1.0 to 5.0}. */
  @Override
  public String toString() {
    return "Ratings of "
        + users()
        + " users, "
        + items()
        + " items: "
        + size()
        + (size() == 0 ? "" : ", from " + min + " to " + max);
  }
}
