package io.talus.examples;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Fully connected networks that learn MNIST: 784-512-10 in two passes, 784-512-512-10 with dropout
 * in twenty. {@code TrainMlp FOLDER}, with the files as they are published; what they reached is in
 * {@code bench/results}.
 */
final class TrainMlp {
  private TrainMlp() {}

  /** One hidden layer and Adam. */
  static Evaluation small(Device device, Dataset.Split mnist, int epochs, long seed) {
    NetworkBuilder layers = Network.builder(784).dense(512, Activation.RELU).classes(10);
    return learn(layers, device, mnist, loop(epochs, seed), seed);
  }

  /** Two hidden layers, of each of which a fifth is left out at a time. */
  static Evaluation dropout(Device device, Dataset.Split mnist, int epochs, long seed) {
    NetworkBuilder layers =
        Network.builder(784)
            .dense(512, Activation.RELU)
            .dropout(0.2f)
            .dense(512, Activation.RELU)
            .dropout(0.2f)
            .classes(10);
    return learn(layers, device, mnist, loop(epochs, seed).schedule(Schedule.cosine()), seed);
  }

  private static TrainingLoop loop(int epochs, long seed) {
    return new TrainingLoop().epochs(epochs).batch(128).optimizer(Optimizer.adam()).seed(seed);
  }

  /** The test part is looked at once, in the end. */
  private static Evaluation learn(
      NetworkBuilder layers, Device device, Dataset.Split mnist, TrainingLoop loop, long seed) {
    try (Network network = layers.seed(seed).build(device)) {
      loop.train(network, mnist.training());
      return Evaluation.of(network, mnist.heldOut());
    }
  }

  public static void main(String[] arguments) throws IOException {
    Dataset.Split mnist = TrainImages.readIdx(Path.of(arguments[0]));
    for (long seed = 1; seed <= 3; seed++) {
      ProgressLines progress = new ProgressLines();
      Evaluation small = small(Devices.best(), mnist, 2, seed);
      System.out.printf("784-512-10, seed %d: %s; %s%n", seed, small, progress.time());
    }
    for (long seed = 1; seed <= 3; seed++) {
      ProgressLines progress = new ProgressLines();
      Evaluation dropout = dropout(Devices.best(), mnist, 20, seed);
      System.out.printf(
          "784-512-512-10 with dropout, seed %d: %s; %s%n", seed, dropout, progress.time());
    }
  }
}
