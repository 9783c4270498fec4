package io.talus.examples;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Cifar;
import io.talus.data.Dataset;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.train.Evaluation;
import io.talus.train.Initializer;
import io.talus.train.Network;
import io.talus.train.Optimizer;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What trying at random gets, before any gradient: a linear classifier of CIFAR-10 by random search
 * and by random local search. {@code SearchCifar FOLDER [SEED]}, with the unpacked {@code .bin}
 * files; what they reached is in {@code bench/results}.
 */
final class SearchCifar {
  private static final int TRIES = 1000;

  /** Of what is drawn for each weight, where features have deviation 1. */
  private static final float DEVIATION = 0.003f;

  private SearchCifar() {}

  /**
   * Each try looks at all training examples. Weights begin at 0: a local search that begins with
   * those that gradients want spends its tries on getting rid of them.
   */
  static Evaluation search(Device device, Dataset.Split images, Optimizer optimizer, int tries) {
    Dataset.Split data = Normalization.apply(images);
    Dataset training = data.training();
    TrainingLoop loop = new TrainingLoop().epochs(tries).batch(training.rows());
    try (Network network =
        Network.builder(training.inputs())
            .dense(training.classes(), Activation.IDENTITY, Initializer.ZERO)
            .build(device)) {
      loop.optimizer(optimizer).train(network, training);
      return Evaluation.of(network, data.heldOut());
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    Path[] batches = new Path[5];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = folder.resolve("data_batch_" + (i + 1) + ".bin");
    }
    Dataset.Split images =
        new Dataset.Split(Cifar.read10(batches), Cifar.read10(folder.resolve("test_batch.bin")));
    for (Optimizer optimizer :
        new Optimizer[] {
          Optimizer.randomSearch(DEVIATION, seed), Optimizer.randomLocalSearch(DEVIATION, seed)
        }) {
      long start = System.nanoTime();
      Evaluation test = search(Devices.best(), images, optimizer, TRIES);
      System.out.printf(
          "%s, %d tries: %s, %.0f s%n", optimizer, TRIES, test, (System.nanoTime() - start) / 1e9);
    }
  }
}
