package io.talus.examples;

import io.talus.Devices;
import io.talus.data.Cifar;
import io.talus.data.Dataset;
import io.talus.data.Idx;
import io.talus.data.Normalization;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.Views;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/**
 * Convolutional networks that learn MNIST, Fashion-MNIST and CIFAR-10; what they reached is in
 * {@code bench/results}.
 *
 * <p>{@code TrainImages mnist|fashion|cifar10 FOLDER [SEED [EPOCHS]]}, with the files as they are
 * published, CIFAR-10's {@code .bin} unpacked. The network is saved to the current folder.
 */
final class TrainImages {
  private TrainImages() {}

  /** Training and test part of MNIST and its kin. */
  static Dataset.Split readIdx(Path folder) throws IOException {
    return new Dataset.Split(readIdx(folder, "train"), readIdx(folder, "t10k"));
  }

  static Dataset readIdx(Path folder, String part) throws IOException {
    return Idx.read(
        folder.resolve(part + "-images-idx3-ubyte.gz"),
        folder.resolve(part + "-labels-idx1-ubyte.gz"),
        10);
  }

  private static Dataset.Split readCifar(Path folder) throws IOException {
    Path[] batches =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> folder.resolve("data_batch_" + i + ".bin"))
            .toArray(Path[]::new);
    return new Dataset.Split(Cifar.read10(batches), Cifar.read10(folder.resolve("test_batch.bin")));
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    ImageRecipe recipe =
        switch (arguments[0]) {
          case "mnist" -> ImageRecipe.MNIST;
          case "fashion" -> ImageRecipe.FASHION_MNIST;
          case "cifar10" -> ImageRecipe.CIFAR_10;
          default -> throw new IllegalArgumentException("no recipe for " + arguments[0]);
        };
    Dataset.Split images = recipe == ImageRecipe.CIFAR_10 ? readCifar(folder) : readIdx(folder);
    long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
    int epochs = arguments.length > 3 ? Integer.parseInt(arguments[3]) : recipe.epochs();
    Dataset.Split data = Normalization.apply(images);
    ProgressLines progress = new ProgressLines();
    try (Network network = recipe.network(Devices.best(), data.training(), seed)) {
      System.out.println(network);
      recipe.train(network, data, epochs, seed, progress);
      System.out.printf(
          "%s, seed %d: %s; ", arguments[0], seed, Evaluation.of(network, data.heldOut()));
      Views views = recipe.views(data.heldOut().image().orElseThrow());
      System.out.printf(
          "in %d views: %s; %s%n",
          views.count(), Evaluation.of(network, data.heldOut(), views), progress.time());
      network.save(Path.of(arguments[0] + "-" + seed + ".safetensors"));
    }
  }
}
