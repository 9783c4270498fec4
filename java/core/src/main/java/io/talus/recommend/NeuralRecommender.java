package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.train.Network;
import io.talus.train.Predictions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What a {@link NeuralFiltering} has learned: a network on a device. Must be closed; does not
 * change until then, so it is safe for use from several threads.
 *
 * <pre>{@code
 * try (NeuralRecommender model = NeuralFiltering.DEFAULT.fit(device, ratings)) {
 *   model.recommend("196", 10);
 * }
 * }</pre>
 *
 * <p>Predictions are expected ratings, so they lie within the scale. A user or an item without
 * ratings counts as an unknown one, and the prediction says what it {@linkplain Prediction#lack
 * lacks}. As a recommender it scores an item that somebody rated with the prediction.
 *
 * <p>Predicting many at once ({@link #predictAll}, {@link #score}) runs blocks of pairs on the
 * device; one alone costs as much as a block.
 */
public final class NeuralRecommender implements RatingPredictor, Recommender, AutoCloseable {
  private final NeuralFiltering settings;
  private final Ratings ratings;
  private final float[] scale;
  private final Network network;

  NeuralRecommender(NeuralFiltering settings, Ratings ratings, float[] scale, Network network) {
    this.settings = settings;
    this.ratings = ratings;
    this.scale = scale;
    this.network = network;
  }

  /**
   * Writes the model to a file that appears whole or not at all: a safetensors file with the
   * settings, the ratings and what was learned from them.
   *
   * @throws IOException when it cannot be written
   */
  public void save(Path file) throws IOException {
    NeuralFile.save(file, this);
  }

  /**
   * The model that was saved there: on a device of the same kind it predicts and recommends the
   * same to the bit.
   *
   * @throws io.talus.data.MalformedFileException when the file is damaged, cut off, or holds
   *     something else, with what was expected
   * @throws IOException when it cannot be read
   */
  public static NeuralRecommender load(Path file, Device device) throws IOException {
    return NeuralFile.load(file, device);
  }

  /** How it was made. */
  public NeuralFiltering settings() {
    return settings;
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  /** What the network gives probabilities of, rising: the ratings that there are, or 0 and 1. */
  public float[] scale() {
    return scale.clone();
  }

  /**
   * Its own, not a copy: it takes the numbers of a user and of an item, as many as there are for
   * one that is unknown, and its classes are the steps of {@link #scale}.
   */
  public Network network() {
    return network;
  }

  /**
   * How probable each step of the scale is.
   *
   * @throws IndexOutOfBoundsException when there is no such user or item
   */
  public float[] probabilities(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    return network.predict(userNumber(user), itemNumber(item)).probabilities(0);
  }

  @Override
  public Prediction predict(int user, int item) {
    Indices.requireUser(ratings, user);
    Indices.requireItem(ratings, item);
    Predictions one = network.predict(userNumber(user), itemNumber(item));
    return new Prediction(expected(one, 0), 0, lack(user, item));
  }

  @Override
  public Prediction[] predictAll(Ratings pairs) {
    pairs.requireSameIds(ratings);
    Prediction[] predictions = new Prediction[pairs.size()];
    if (predictions.length == 0) {
      return predictions;
    }
    RatingsMatrix byUser = pairs.byUser();
    float[] asked = new float[Math.multiplyExact(2, predictions.length)];
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        asked[2 * place] = userNumber(user);
        asked[2 * place + 1] = itemNumber(byUser.column(place));
      }
    }
    Predictions all = network.predict(asked);
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        predictions[place] =
            new Prediction(expected(all, place), 0, lack(user, byUser.column(place)));
      }
    }
    return predictions;
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    float[] asked = new float[Math.multiplyExact(2, scores.length)];
    for (int item = 0; item < scores.length; item++) {
      asked[2 * item] = userNumber(user);
      asked[2 * item + 1] = itemNumber(item);
    }
    Predictions all = network.predict(asked);
    for (int item = 0; item < scores.length; item++) {
      scores[item] = ratings.byItem().size(item) > 0 ? expected(all, item) : Double.NaN;
    }
  }

  private int userNumber(int user) {
    return ratings.byUser().size(user) > 0 ? user : ratings.users();
  }

  private int itemNumber(int item) {
    return ratings.byItem().size(item) > 0 ? item : ratings.items();
  }

  private double expected(Predictions of, int row) {
    double sum = 0;
    double all = 0;
    for (int step = 0; step < scale.length; step++) {
      double probability = of.probability(row, step);
      sum += probability * scale[step];
      all += probability;
    }
    return sum / all;
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
  public void close() {
    network.close();
  }
}
