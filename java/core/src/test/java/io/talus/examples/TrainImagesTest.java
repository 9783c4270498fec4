package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Cifar;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.train.Evaluation;
import io.talus.train.Network;
import io.talus.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes on a few images, a few times: they learn, if not what all images would teach. */
@Tag("one-jdk")
class TrainImagesTest {
  @TempDir Path folder;

  private static final Path FASHION = Path.of("/usr/share/datasets/fashion-mnist");

  /** What a short training comes to on images that it does not learn from. */
  private static Evaluation train(ImageRecipe recipe, Dataset images, int heldOut, int times) {
    Dataset.Split data =
        Normalization.apply(images.stratifiedSplit((double) heldOut / images.rows(), 1));
    Device device = Devices.best();
    try (Network network = recipe.network(device, data.training(), 1)) {
      recipe.train(network, data, times, 1, TrainingListener.NONE);
      return Evaluation.of(
          network, data.heldOut(), recipe.views(data.heldOut().image().orElseThrow()));
    }
  }

  private static void assertAbove(double accuracy, Evaluation found) {
    assertTrue(found.accuracy() > accuracy, () -> found + ", expected above " + accuracy);
  }

  @Test
  void mnist() throws IOException {
    Path mnist = DataFolder.require("mnist/t10k-images-idx3-ubyte.gz").getParent();
    assertAbove(
        0.9, train(ImageRecipe.MNIST, TrainImages.readIdx(mnist, "t10k").range(0, 3000), 500, 3));
  }

  @Test
  void fashionMnist() throws IOException {
    Assumptions.assumeTrue(
        Files.isDirectory(FASHION),
        () -> "there is no " + FASHION + ": install Debian's dataset-fashion-mnist");
    Dataset clothes = TrainImages.readIdx(FASHION, "t10k").range(0, 3000);
    assertAbove(0.7, train(ImageRecipe.FASHION_MNIST, clothes, 500, 3));
  }

  @Test
  void cifar10() throws IOException {
    Dataset photographs =
        Cifar.read10(
            DataFolder.unpacked(
                "cifar-10-batches-bin/test_batch.bin.xz", folder.resolve("test.bin")));
    assertAbove(0.25, train(ImageRecipe.CIFAR_10, photographs.range(0, 1500), 300, 3));
  }

  /** What the recipes cost, as they say, and that they fit their images. */
  @Test
  void costsWhatItSays() {
    assertEquals(29, millionFlops(ImageRecipe.MNIST, new ImageShape(28, 28, 1)));
    assertEquals(58, millionFlops(ImageRecipe.FASHION_MNIST, new ImageShape(28, 28, 1)));
    assertEquals(191, millionFlops(ImageRecipe.CIFAR_10, new ImageShape(32, 32, 3)));
  }

  private static long millionFlops(ImageRecipe recipe, ImageShape image) {
    Dataset one = Dataset.ofImages(new float[image.size()], new int[1], 10, image);
    try (Network network = recipe.network(Devices.best(), one, 1)) {
      return Math.round(network.layers().stream().mapToLong(layer -> layer.flops()).sum() / 1e6);
    }
  }
}
