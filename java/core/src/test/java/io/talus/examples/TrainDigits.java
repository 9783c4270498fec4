package io.talus.examples;

import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A classifier from arrays: learn, look at what was held out, save, load, predict. */
final class TrainDigits {
  private TrainDigits() {}

  static int train(float[] pixels, int[] digits, Path model) throws IOException {
    Dataset.Split data = Dataset.of(pixels, digits, 10).split(0.2, 1);
    NetworkBuilder layers = Network.builder(64).dense(100, Activation.RELU).classes(10);
    try (Network network = layers.build(Devices.best())) {
      TrainingLoop loop = new TrainingLoop().epochs(30).batch(32);
      System.out.println(loop.train(network, data.training(), data.heldOut()).last());
      network.save(model);
    }
    try (Network network = Network.load(model, Devices.best())) {
      return network.predict(Arrays.copyOf(pixels, 64)).predictedClass(0);
    }
  }
}
