package io.talus.examples;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.Normalization;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.Schedule;
import io.talus.train.TrainingListener;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A recurrent network that reads MNIST's digits row by row, 28 steps of 28 pixels; what it reached
 * is in {@code bench/results}.
 *
 * <p>{@code TrainRows FOLDER [SEED [EPOCHS [lstm|gru]]]}, with the files as they are published. A
 * twelfth of the training part is held out and judged after each epoch; the test part is looked at
 * once, in the end.
 */
final class TrainRows {
  private static final int EPOCHS = 10;
  private static final int UNITS = 128;
  private static final double HELD_OUT = 1.0 / 12;

  private TrainRows() {}

  /** Untrained. */
  static Network network(Device device, Dataset examples, boolean gru, long seed) {
    NetworkBuilder layers = Network.builder(examples.image().orElseThrow());
    return (gru ? layers.gru(UNITS) : layers.lstm(UNITS))
        .classes(examples.classes())
        .seed(seed)
        .build(device);
  }

  /**
   * Adam with one cycle of the learning rate. The norm of gradients is bounded, as those that come
   * back through many steps may be large at times.
   *
   * @param data normalized
   */
  static void train(
      Network network, Dataset.Split data, int epochs, long seed, TrainingListener listener) {
    new TrainingLoop()
        .epochs(epochs)
        .batch(128)
        .optimizer(Optimizer.adam(0.005f))
        .schedule(Schedule.oneCycle())
        .clipNorm(1)
        .seed(seed)
        .listener(listener)
        .train(network, data.training(), data.heldOut());
  }

  public static void main(String[] arguments) throws IOException {
    Dataset.Split images = TrainImages.readIdx(Path.of(arguments[0]));
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    int epochs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : EPOCHS;
    boolean gru = arguments.length > 3 && arguments[3].equals("gru");
    Dataset.Split known = images.training().stratifiedSplit(HELD_OUT, seed);
    Normalization normalization = Normalization.of(known.training());
    Dataset.Split data =
        new Dataset.Split(
            normalization.apply(known.training()), normalization.apply(known.heldOut()));
    ProgressLines progress = new ProgressLines();
    try (Network network = network(Devices.best(), data.training(), gru, seed)) {
      System.out.println(network);
      train(network, data, epochs, seed, progress);
      Evaluation test = Evaluation.of(network, normalization.apply(images.heldOut()));
      System.out.printf("test images: %s; %s%n", test, progress.time());
    }
  }
}
