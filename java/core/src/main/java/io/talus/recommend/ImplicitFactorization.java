package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsRandom;

/**
 * Learns from counts (views, plays, purchases) what users prefer, by alternating least squares. A
 * count r(u, i) tells with confidence c(u, i) = 1 + alpha r(u, i) that u prefers i; where there is
 * none, c(u, i) = 1 that u does not. The vectors x(u) of users and y(i) of items minimise
 *
 * <pre>
 *   loss = sum over all u, i of c(u, i) (p(u, i) - x(u) . y(i))^2
 *          + regularization (sum of |x(u)|^2 + sum of |y(i)|^2)
 * </pre>
 *
 * with p(u, i) = 1 where r(u, i) is above 0, else 0. From drawn y, each sweep solves the normal
 * equations of all users, then of all items:
 *
 * <pre>
 *   (Y'Y + sum over i rated by u of (c(u, i) - 1) y(i) y(i)' + regularization I) x(u)
 *       = sum over i rated by u of c(u, i) p(u, i) y(i)
 * </pre>
 *
 * and the same with users and items exchanged. No sweep makes the loss larger, but for rounding.
 * Source: Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008.
 *
 * <p>Y'Y is a product of matrices on the device, in float32; the equations are solved in double by
 * Cholesky's decomposition on the host, a user on one thread each, so that the same seed and device
 * give the same bits on any number of threads. A sweep costs 2 factors^2 flops for each rating and
 * factors^3 / 3 + 2 factors^2 for each user and item.
 *
 * @param factors numbers of each user and each item
 * @param sweeps how often all of them are solved
 * @param alpha how much a count adds to the confidence, 0 or more
 * @param regularization above 0
 * @param seed where all randomness begins
 */
public record ImplicitFactorization(
    int factors, int sweeps, double alpha, double regularization, long seed) {

  /** 64 factors, 15 sweeps, alpha 1, regularization 0.1: for counts of a few. */
  public static final ImplicitFactorization DEFAULT = new ImplicitFactorization(64, 15, 1, 0.1, 1);

  private static final double DRAWN_DEVIATION = 0.1;

  /**
   * @throws IllegalArgumentException when factors or sweeps are not positive, alpha is negative,
   *     the regularization is not above 0, or one of both is not finite
   */
  public ImplicitFactorization {
    Indices.requirePositive(factors, "factors");
    Indices.requirePositive(sweeps, "sweeps");
    Indices.requireZeroOrMore(alpha, "alpha");
    Indices.requireAboveZero(regularization, "regularization");
  }

  /** The same with so many factors and sweeps. */
  public ImplicitFactorization sized(int factors, int sweeps) {
    return new ImplicitFactorization(factors, sweeps, alpha, regularization, seed);
  }

  /** The same with other weights of counts and of simplicity. */
  public ImplicitFactorization weighed(double alpha, double regularization) {
    return new ImplicitFactorization(factors, sweeps, alpha, regularization, seed);
  }

  /** The same from another seed. */
  public ImplicitFactorization seed(long seed) {
    return new ImplicitFactorization(factors, sweeps, alpha, regularization, seed);
  }

  /** As the other, told to nobody. */
  public ImplicitModel fit(Device device, Ratings ratings) {
    return fit(device, ratings, FactorizationListener.NONE);
  }

  /**
   * Learns.
   *
   * @param device where the products of whole matrices are computed
   * @throws IllegalArgumentException when there is no rating, or one is negative
   * @throws ArithmeticException when the loss is not finite, or equations cannot be solved, with
   *     what to do
   */
  public ImplicitModel fit(Device device, Ratings ratings, FactorizationListener listener) {
    Indices.requireRating(ratings);
    if (ratings.min() < 0) {
      throw new IllegalArgumentException(
          "counts must be 0 or more, " + ratings + " have negative ones");
    }
    RatingsMatrix byUser = ratings.byUser();
    RatingsMatrix byItem = ratings.byItem();
    RatingsRandom random = new RatingsRandom(seed);
    Factors items = Factors.normal(byItem, factors, DRAWN_DEVIATION, random);
    Factors users = Factors.zero(ratings.users(), factors);
    NormalEquations ofUsers = NormalEquations.of(device, items, alpha, regularization);
    for (int sweep = 1; sweep <= sweeps; sweep++) {
      ofUsers.solve(byUser, users);
      NormalEquations ofItems = NormalEquations.of(device, users, alpha, regularization);
      ofItems.solve(byItem, items);
      ofUsers = NormalEquations.of(device, items, alpha, regularization);
      double loss =
          ofUsers.loss(byUser, users, ofItems)
              + regularization * (users.sumOfSquares() + items.sumOfSquares());
      if (!Double.isFinite(loss)) {
        throw new ArithmeticException(
            "the loss became "
                + loss
                + " in sweep "
                + sweep
                + ": take a smaller alpha (it is "
                + alpha
                + "), or counts less far apart (Ratings.map with Math::log1p)");
      }
      listener.passed(sweep, loss);
    }
    return new ImplicitModel(this, ratings, users, items);
  }
}
