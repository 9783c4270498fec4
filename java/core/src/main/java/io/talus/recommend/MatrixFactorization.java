package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsRandom;
import io.talus.data.Shuffle;
import java.util.stream.IntStream;

/**
 * Learns ratings as the product of a few numbers of the user and as many of the item, beside a
 * leaning of each:
 *
 * <pre>
 *   p(u, i) = mu + b(u) + b(i) + sum over the factors f of p(u, f) q(i, f)
 * </pre>
 *
 * with mu the mean of all ratings. All begin at 0, p and q at draws from a normal distribution with
 * mean 0 and deviation {@code initialDeviation}. An epoch goes once through the ratings and takes
 * for each, with e = r(u, i) - p(u, i), a step of gradient descent:
 *
 * <pre>
 *   b(u)    += rate (e - regularization b(u))            b(i) likewise
 *   p(u, f) += rate (e q(i, f) - regularization p(u, f))
 *   q(i, f) += rate (e p(u, f) - regularization q(i, f)) with p(u, f) as it was before
 * </pre>
 *
 * <p>The loss that is told after each epoch is sqrt(mean of e^2), each e before its step. Sources:
 * Funk, "Netflix update: try this at home", 2006; Koren, Bell, Volinsky, "Matrix factorization
 * techniques for recommender systems", IEEE Computer 42(8), 2009, section "Adding biases"; Gemulla
 * et al., "Large-scale matrix factorization with distributed stochastic gradient descent", KDD 2011
 * (blocks).
 *
 * <p>Users and items are dealt to 16 groups each, by their numbers of ratings. Ratings of a group
 * of users and a group of items are a block; an epoch takes 16 rounds, in a drawn order, each of 16
 * blocks that have no user and no item in common, and in each block the ratings in a drawn order.
 * So the blocks of a round are learned from side by side, on every core of the host, and the same
 * seed gives the same bits on any number of them. Steps are in double precision, rounded to float.
 * The cost is about 8 factors flops for each rating and epoch.
 *
 * @param factors numbers of each user and each item
 * @param epochs passes over the ratings
 * @param learningRate the rate, above 0
 * @param regularization 0 or more
 * @param initialDeviation 0 or more; with 0 the factors stay 0
 * @param seed where all randomness begins
 */
public record MatrixFactorization(
    int factors,
    int epochs,
    double learningRate,
    double regularization,
    double initialDeviation,
    long seed) {

  /**
   * What is usual for stars: 100 factors, 20 epochs, rate 0.005, regularization 0.02, draws 0.1.
   */
  public static final MatrixFactorization DEFAULT =
      new MatrixFactorization(100, 20, 0.005, 0.02, 0.1, 1);

  /**
   * @throws IllegalArgumentException when factors or epochs are not positive, the rate is not above
   *     0, or another number is negative or not finite
   */
  public MatrixFactorization {
    Indices.requirePositive(factors, "factors");
    Indices.requirePositive(epochs, "epochs");
    Indices.requireAboveZero(learningRate, "learningRate");
    Indices.requireZeroOrMore(regularization, "regularization");
    Indices.requireZeroOrMore(initialDeviation, "initialDeviation");
  }

  /** The same with so many factors and epochs. */
  public MatrixFactorization sized(int factors, int epochs) {
    return new MatrixFactorization(
        factors, epochs, learningRate, regularization, initialDeviation, seed);
  }

  /** The same with other steps. */
  public MatrixFactorization steps(double learningRate, double regularization) {
    return new MatrixFactorization(
        factors, epochs, learningRate, regularization, initialDeviation, seed);
  }

  /** The same from another seed. */
  public MatrixFactorization seed(long seed) {
    return new MatrixFactorization(
        factors, epochs, learningRate, regularization, initialDeviation, seed);
  }

  /** As the other, told to nobody. */
  public FactorizationModel fit(Ratings ratings) {
    return fit(ratings, FactorizationListener.NONE);
  }

  /**
   * Learns.
   *
   * @throws IllegalArgumentException when there is no rating
   * @throws ArithmeticException when the loss is not finite, with the epoch and what to do
   */
  public FactorizationModel fit(Ratings ratings, FactorizationListener listener) {
    Indices.requireRating(ratings);
    RatingsRandom random = new RatingsRandom(seed);
    FactorizationModel model =
        new FactorizationModel(
            this,
            ratings,
            new float[ratings.users()],
            new float[ratings.items()],
            Factors.normal(ratings.byUser(), factors, initialDeviation, random),
            Factors.normal(ratings.byItem(), factors, initialDeviation, random));
    RatingBlocks blocks = RatingBlocks.of(ratings.byUser(), ratings.byItem());
    for (int epoch = 1; epoch <= epochs; epoch++) {
      double loss = epoch(model, blocks, epoch);
      if (!Double.isFinite(loss)) {
        throw new ArithmeticException(
            "the loss became "
                + loss
                + " in epoch "
                + epoch
                + ": take a smaller learning rate (it is "
                + learningRate
                + ")");
      }
      listener.passed(epoch, loss);
    }
    return model;
  }

  /** Round r has the blocks (i, i + r): no two of a row or a column of the grid. */
  private double epoch(FactorizationModel model, RatingBlocks blocks, int epoch) {
    int grid = RatingBlocks.GRID;
    int streams = epoch * (grid * grid + 1);
    double squares = 0;
    for (int round : Shuffle.permutation(grid, seed, streams)) {
      double[] ofBlocks = new double[grid];
      IntStream.range(0, grid)
          .parallel()
          .forEach(
              i -> {
                int block = i * grid + (i + round) % grid;
                int[] order = Shuffle.permutation(blocks.size(block), seed, streams + 1 + block);
                ofBlocks[i] = learn(model, blocks, block, order);
              });
      for (double ofBlock : ofBlocks) {
        squares += ofBlock;
      }
    }
    return Math.sqrt(squares / model.ratings().size());
  }

  /** Returns the sum of the squared errors, each before its step. */
  private double learn(FactorizationModel model, RatingBlocks blocks, int block, int[] order) {
    RatingsMatrix byUser = model.ratings().byUser();
    double squares = 0;
    for (int at : order) {
      int place = blocks.place(block, at);
      double error = step(model, blocks.user(place), byUser.column(place), byUser.value(place));
      squares += error * error;
    }
    return squares;
  }

  /** Returns the error before the step. */
  private double step(FactorizationModel model, int user, int item, double rating) {
    double error = rating - model.value(user, item);
    float[] users = model.users().values();
    float[] items = model.items().values();
    float[] ofUser = model.userLeanings();
    float[] ofItem = model.itemLeanings();
    ofUser[user] += (float) (learningRate * (error - regularization * ofUser[user]));
    ofItem[item] += (float) (learningRate * (error - regularization * ofItem[item]));
    int p = user * factors;
    int q = item * factors;
    for (int end = p + factors; p < end; p++, q++) {
      double before = users[p];
      users[p] += (float) (learningRate * (error * items[q] - regularization * before));
      items[q] += (float) (learningRate * (error * before - regularization * items[q]));
    }
    return error;
  }
}
