package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.Map;

/**
 * What a user would think of an item if only the user's and the item's leanings counted:
 *
 * <pre>
 *   b(u, i) = mu + b(u) + b(i)
 * </pre>
 *
 * with mu the mean of all ratings. The leanings b(u), b(i) minimise
 *
 * <pre>
 *   sum of (r(u, i) - mu - b(u) - b(i))^2 + userShrinkage sum of b(u)^2 + itemShrinkage sum of b(i)^2
 * </pre>
 *
 * by alternating least squares: from all b(u) = 0, each sweep sets
 *
 * <pre>
 *   b(i) = sum over u of (r(u, i) - mu - b(u)) / (itemShrinkage + ratings of i)
 *   b(u) = sum over i of (r(u, i) - mu - b(i)) / (userShrinkage + ratings of u)
 * </pre>
 *
 * Source: Koren, "Factor in the neighbors: scalable and accurate collaborative filtering", ACM TKDD
 * 4(1), 2010, section 2.1. Users and items without ratings have leaning 0. Predictions are cut to
 * the range of the ratings; as a recommender it scores an item that somebody rated with the uncut
 * b(u, i).
 *
 * <p>Sums are in double precision and in a fixed order. A sweep costs two passes over the ratings.
 */
public final class Baselines implements RatingPredictor, Recommender {
  private static final double USER_SHRINKAGE = 15;
  private static final double ITEM_SHRINKAGE = 10;
  private static final int SWEEPS = 10;

  private final Ratings ratings;
  private final double userShrinkage;
  private final double[] userLeanings;
  private final double[] itemLeanings;

  private Baselines(Ratings ratings, double userShrinkage) {
    this.ratings = ratings;
    this.userShrinkage = userShrinkage;
    this.userLeanings = new double[ratings.users()];
    this.itemLeanings = new double[ratings.items()];
  }

  /**
   * With shrinkage 15 for users and 10 for items, and 10 sweeps.
   *
   * @throws IllegalArgumentException when there is no rating
   */
  public static Baselines fit(Ratings ratings) {
    return fit(ratings, USER_SHRINKAGE, ITEM_SHRINKAGE, SWEEPS);
  }

  /**
   * @param userShrinkage how many ratings' weight draws a user's leaning towards 0
   * @param itemShrinkage the same for items
   * @throws IllegalArgumentException when there is no rating, a shrinkage is negative or not
   *     finite, or sweeps is not positive
   */
  public static Baselines fit(
      Ratings ratings, double userShrinkage, double itemShrinkage, int sweeps) {
    Indices.requireRating(ratings);
    Indices.requireZeroOrMore(userShrinkage, "userShrinkage");
    Indices.requireZeroOrMore(itemShrinkage, "itemShrinkage");
    Indices.requirePositive(sweeps, "sweeps");
    Baselines fitted = new Baselines(ratings, userShrinkage);
    double mu = ratings.mean();
    for (int sweep = 0; sweep < sweeps; sweep++) {
      solve(ratings.byItem(), mu, fitted.userLeanings, itemShrinkage, fitted.itemLeanings);
      solve(ratings.byUser(), mu, fitted.itemLeanings, userShrinkage, fitted.userLeanings);
    }
    return fitted;
  }

  /** The leanings of rows, given those of columns. */
  private static void solve(
      RatingsMatrix rows, double mu, double[] columns, double shrinkage, double[] leanings) {
    for (int row = 0; row < leanings.length; row++) {
      double sum = 0;
      for (int place = rows.start(row); place < rows.end(row); place++) {
        sum += rows.value(place) - mu - columns[rows.column(place)];
      }
      leanings[row] = rows.size(row) == 0 ? 0 : sum / (shrinkage + rows.size(row));
    }
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  /** The user's leaning b(u). */
  public double user(int user) {
    return userLeanings[user];
  }

  /** The item's leaning b(i). */
  public double item(int item) {
    return itemLeanings[item];
  }

  /** The leaning of a user who was not there, given the items' leanings. */
  double leaning(Map<Integer, Float> rated) {
    double sum = 0;
    for (Map.Entry<Integer, Float> rating : rated.entrySet()) {
      sum += rating.getValue() - ratings.mean() - itemLeanings[rating.getKey()];
    }
    return rated.isEmpty() ? 0 : sum / (userShrinkage + rated.size());
  }

  /** b(u, i), not cut to the range of the ratings. */
  public double value(int user, int item) {
    return ratings.mean() + userLeanings[user] + itemLeanings[item];
  }

  @Override
  public Prediction predict(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    double value = value(user, item);
    return new Prediction(
        Math.max(ratings.min(), Math.min(ratings.max(), value)), 0, Prediction.Lack.NOTHING);
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    for (int item = 0; item < scores.length; item++) {
      scores[item] = ratings.byItem().size(item) > 0 ? value(user, item) : Double.NaN;
    }
  }
}
