package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.Ratings;
import io.talus.op.Activation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import io.talus.train.TrainingListener;
import io.talus.train.TrainingLoop;
import java.util.List;

/**
 * Learns ratings by a network: a vector of the user and one of the item, side by side, go through
 * dense layers with ReLU to a probability of each step of the rating's scale, such as 1 to 5 stars.
 * What is predicted is the expected rating,
 *
 * <pre>
 *   p(u, i) = sum over the steps s of the scale of probability(s | u, i) value(s)
 * </pre>
 *
 * <p>The network learns by the cross-entropy of the steps with AdamW, {@code decay} pulling vectors
 * and weights to 0, and a learning rate that falls to 0 along half a cosine. Dropout is applied to
 * the vectors and after each dense layer.
 *
 * <p><b>Who is unknown.</b> Users and items have one vector more, for whoever has no rating: of
 * each ten ratings one is learned a second time without its user, another without its item, and of
 * each hundred one without both. So the prediction for a user without ratings is what a user may be
 * expected to think of the item, and it {@linkplain Prediction#lack lacks} something.
 *
 * <p><b>Counts.</b> With {@code negatives} there are two steps, 0 and 1: each rating above 0 is a
 * 1, and for each as many items that its user has not rated, drawn once among those that somebody
 * rated, are a 0. The prediction is the probability of a 1. It ranks, and is no rating.
 *
 * <p>Source: He et al., "Neural collaborative filtering", WWW 2017, whose MLP this is; the steps as
 * classes and the expected rating: Salakhutdinov, Mnih, Hinton, "Restricted Boltzmann machines for
 * collaborative filtering", ICML 2007.
 *
 * <p>The same seed, ratings and kind of device give the same bits. An epoch costs about {@code 6
 * (parameters of dense layers)} flops an example, and a few passes over all vectors a batch.
 *
 * @param dimensions numbers of each user and each item
 * @param hidden outputs of the dense layers between the vectors and the scale
 * @param dropout the share of values that are left out, in [0, 1)
 * @param epochs passes over the ratings
 * @param batch ratings of a step
 * @param learningRate of the first step, above 0
 * @param decay how strongly vectors and weights are pulled to 0, 0 or more
 * @param negatives items drawn for each rating; 0 for ratings on a scale
 * @param seed where all randomness begins
 */
public record NeuralFiltering(
    int dimensions,
    List<Integer> hidden,
    double dropout,
    int epochs,
    int batch,
    double learningRate,
    double decay,
    int negatives,
    long seed) {

  /** For ratings on a scale. */
  public static final NeuralFiltering DEFAULT =
      new NeuralFiltering(32, List.of(64), 0.3, 30, 256, 0.01, 0.1, 0, 1);

  /** For counts: with four negatives. */
  public static final NeuralFiltering COUNTS = DEFAULT.negatives(4);

  /**
   * @throws IllegalArgumentException when one of them is not as described
   */
  public NeuralFiltering {
    hidden = List.copyOf(hidden);
    Indices.requirePositive(dimensions, "dimensions");
    hidden.forEach(outputs -> Indices.requirePositive(outputs, "hidden"));
    Indices.requirePositive(epochs, "epochs");
    Indices.requirePositive(batch, "batch");
    Indices.requireAboveZero(learningRate, "learningRate");
    Indices.requireZeroOrMore(decay, "decay");
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout is " + dropout + ", expected 0 to below 1");
    }
    if (negatives < 0) {
      throw new IllegalArgumentException("negatives is " + negatives + ", expected 0 or more");
    }
  }

  /** The same with vectors and layers of these sizes. */
  public NeuralFiltering sized(int dimensions, Integer... hidden) {
    return new NeuralFiltering(
        dimensions, List.of(hidden), dropout, epochs, batch, learningRate, decay, negatives, seed);
  }

  /** The same with other lengths of training and of its steps. */
  public NeuralFiltering steps(int epochs, int batch, double learningRate) {
    return new NeuralFiltering(
        dimensions, hidden, dropout, epochs, batch, learningRate, decay, negatives, seed);
  }

  /** The same held back in another way. */
  public NeuralFiltering heldBack(double dropout, double decay) {
    return new NeuralFiltering(
        dimensions, hidden, dropout, epochs, batch, learningRate, decay, negatives, seed);
  }

  /** The same for counts, or with 0 for ratings on a scale. */
  public NeuralFiltering negatives(int negatives) {
    return new NeuralFiltering(
        dimensions, hidden, dropout, epochs, batch, learningRate, decay, negatives, seed);
  }

  /** The same from another seed. */
  public NeuralFiltering seed(long seed) {
    return new NeuralFiltering(
        dimensions, hidden, dropout, epochs, batch, learningRate, decay, negatives, seed);
  }

  /** As the other, told to nobody. */
  public NeuralRecommender fit(Device device, Ratings ratings) {
    return fit(device, ratings, TrainingListener.NONE);
  }

  /**
   * Learns.
   *
   * @param device where the network is, as long as what comes back is open
   * @param listener hears of each epoch
   * @throws IllegalArgumentException when there is no rating, or more than 100 different ones
   * @throws io.talus.train.TrainingDivergedException when the loss is no longer finite
   */
  public NeuralRecommender fit(Device device, Ratings ratings, TrainingListener listener) {
    Indices.requireRating(ratings);
    NeuralExamples examples = NeuralExamples.of(ratings, negatives, seed);
    Dataset dataset = examples.dataset();
    Network network = layers(ratings.users(), ratings.items(), dataset.classes()).build(device);
    try {
      new TrainingLoop()
          .epochs(epochs)
          .batch(batch)
          .optimizer(Optimizer.adamW((float) learningRate, (float) decay))
          .schedule(Schedule.cosine())
          .seed(seed)
          .listener(listener)
          .train(network, dataset);
      return new NeuralRecommender(this, ratings, examples.scale(), network);
    } catch (RuntimeException failed) {
      network.close();
      throw failed;
    }
  }

  /** Of a network of so many users and items, each with an unknown one besides. */
  NetworkBuilder layers(int users, int items, int steps) {
    NetworkBuilder layers =
        Network.builder(2).embedding(List.of(users + 1, items + 1), dimensions).seed(seed);
    drop(layers);
    for (int outputs : hidden) {
      drop(layers.dense(outputs, Activation.RELU));
    }
    return layers.classes(steps);
  }

  private void drop(NetworkBuilder layers) {
    if (dropout > 0) {
      layers.dropout((float) dropout);
    }
  }
}
