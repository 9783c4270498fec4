package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.op.Activation;
import io.talus.op.Axpby;
import io.talus.op.SimilarityMeasure;
import io.talus.recommend.Knn;
import io.talus.recommend.Scored;
import io.talus.tensor.Tensor;
import io.talus.train.Network;
import io.talus.train.Optimizer;
import io.talus.train.TrainingListener;
import io.talus.train.TrainingLoop;
import java.util.Arrays;

/** A little of everything that the library does, for tests of what goes wrong meanwhile. */
final class Workload {
  private static final Dataset POINTS = spiral();
  private static final Ratings RATINGS = ratings();

  /** Of so few examples; what is printed belongs to the tests. */
  private static final TrainingListener UNADVISED =
      new TrainingListener() {
        @Override
        public void advised(String advice) {}
      };

  private Workload() {}

  /** Trains, with some epochs' worth of recordings, and recommends. */
  static String run(Device device) {
    StringBuilder result = new StringBuilder();
    try (Network network =
        Network.builder(2).dense(8, Activation.RELU).classes(3).seed(1).build(device)) {
      new TrainingLoop()
          .epochs(2)
          .batch(16)
          .optimizer(Optimizer.adam(0.02f))
          .listener(UNADVISED)
          .train(network, POINTS);
      for (int parameter = 0; parameter < 2; parameter++) {
        result.append(Arrays.toString(network.parameter(0, parameter).toArray()));
      }
    }
    result.append(recommend(device));
    try (Workspace one = device.workspace();
        Workspace other = device.workspace()) {
      Tensor x = one.tensor(new float[] {1, 2, 3}, 3);
      Tensor y = other.tensor(3);
      result.append(other.measureNanos(() -> device.axpby(new Axpby(2, x, 0, y))) < 0);
      result.append(device.memory().usedBytes() > 0);
      result.append(Arrays.toString(y.toArray()));
    }
    return result.toString();
  }

  /** The part without training. */
  static String recommend(Device device) {
    StringBuilder result = new StringBuilder();
    for (Scored item :
        Knn.ofItems(SimilarityMeasure.COSINE, 4).fit(device, RATINGS).recommend(0, 5)) {
      result.append(item);
    }
    return result.toString();
  }

  private static Dataset spiral() {
    int rows = 40;
    float[] features = new float[2 * rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % 3;
      double angle = 0.2 * i + 2.1 * labels[i];
      features[2 * i] = (float) (0.02 * i * Math.cos(angle));
      features[2 * i + 1] = (float) (0.02 * i * Math.sin(angle));
    }
    return Dataset.of(features, labels, 3);
  }

  private static Ratings ratings() {
    RatingsBuilder builder = Ratings.builder();
    for (int user = 0; user < 12; user++) {
      for (int item = 0; item < 15; item++) {
        if ((user * 7 + item * 3) % 5 < 2) {
          builder.add("u" + user, "i" + item, 1 + (user + 2 * item) % 5);
        }
      }
    }
    return builder.build();
  }
}
