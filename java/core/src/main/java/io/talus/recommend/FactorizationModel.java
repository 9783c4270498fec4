package io.talus.recommend;

import io.talus.data.Ratings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;

/**
 * What a {@link MatrixFactorization} has learned. Immutable once it is given out.
 *
 * <p>Predictions are cut to the range of the ratings. A user or an item without ratings has leaning
 * 0 and factors 0, and the prediction says that it {@linkplain Prediction#lack lacks} them. As a
 * recommender it scores an item that somebody rated with the prediction as it is before the cut.
 */
public final class FactorizationModel implements RatingPredictor, Recommender {
  private final MatrixFactorization settings;
  private final Ratings ratings;
  private final float[] userLeanings;
  private final float[] itemLeanings;
  private final Factors users;
  private final Factors items;

  FactorizationModel(
      MatrixFactorization settings,
      Ratings ratings,
      float[] userLeanings,
      float[] itemLeanings,
      Factors users,
      Factors items) {
    this.settings = settings;
    this.ratings = ratings;
    this.userLeanings = userLeanings;
    this.itemLeanings = itemLeanings;
    this.users = users;
    this.items = items;
  }

  /**
   * Writes the model to a file that appears whole or not at all: a safetensors file with the
   * settings, the ratings and what was learned from them.
   *
   * @throws IOException when it cannot be written
   */
  public void save(Path file) throws IOException {
    FactorizationFiles.save(file, this);
  }

  /**
   * The model that was saved there: it predicts and recommends the same to the bit.
   *
   * @throws io.talus.data.MalformedFileException when the file is damaged, cut off, or holds
   *     something else, with what was expected
   * @throws IOException when it cannot be read
   */
  public static FactorizationModel load(Path file) throws IOException {
    return FactorizationFiles.load(file);
  }

  /** How it was made. */
  public MatrixFactorization settings() {
    return settings;
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  float[] userLeanings() {
    return userLeanings;
  }

  float[] itemLeanings() {
    return itemLeanings;
  }

  Factors users() {
    return users;
  }

  Factors items() {
    return items;
  }

  /** How many factors each user and each item has. */
  public int factors() {
    return users.size();
  }

  /**
   * p(u, i), not cut to the range of the ratings.
   *
   * @throws IndexOutOfBoundsException when there is no such user or item
   */
  public double value(int user, int item) {
    return ratings.mean() + userLeanings[user] + itemLeanings[item] + users.dot(user, items, item);
  }

  @Override
  public Prediction predict(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    return prediction(value(user, item), lack(user, item));
  }

  /** A prediction, cut to the range of the ratings. */
  Prediction prediction(double value, Prediction.Lack lack) {
    return new Prediction(Math.max(ratings.min(), Math.min(ratings.max(), value)), 0, lack);
  }

  /**
   * Someone who is not among the users: a leaning and factors that begin at 0 learn from these
   * ratings as {@link MatrixFactorization} has it, in as many epochs and with the same rate, while
   * the items' stay as they are. The same ratings give the same bits.
   *
   * <p>The cost is 6 factors flops for each rating and epoch. Someone without ratings is predicted
   * by the items' leanings alone.
   *
   * @param rated ratings by the items' ids
   * @throws IllegalArgumentException when there is no such item or a rating is not finite
   * @throws ArithmeticException when what is learned is not finite
   */
  public UnseenUser unseen(Map<String, ? extends Number> rated) {
    SortedMap<Integer, Float> byIndex = UnseenUser.rated(ratings, rated);
    return new UnseenUser(ratings, byIndex, FoldedIn.learn(this, byIndex));
  }

  private Prediction.Lack lack(int user, int item) {
    if (ratings.byUser().size(user) == 0) {
      return Prediction.Lack.USER_WITHOUT_RATINGS;
    }
    return ratings.byItem().size(item) == 0
        ? Prediction.Lack.ITEM_WITHOUT_RATINGS
        : Prediction.Lack.NOTHING;
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    for (int item = 0; item < scores.length; item++) {
      scores[item] = ratings.byItem().size(item) > 0 ? value(user, item) : Double.NaN;
    }
  }
}
