package io.talus.bench;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.bench.table.Stopwatch;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import io.talus.train.Augmentation;
import io.talus.train.Feed;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Optimizer;
import io.talus.train.Recipe;
import io.talus.train.StreamingFeed;
import io.talus.train.TrainingStep;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What of a training step goes into feeding it: prints the table of {@code
 * bench/results/feeding-DATE.md}. The networks and changes are those of the recipes for MNIST and
 * CIFAR-10, batches of 128, the images noise. Argument: rounds (5).
 */
public final class FeedingTable {
  private static final int BATCH = 128;
  private static final int IMAGES = 20 * BATCH;
  private static final Window THREE = Window.of(3, 3).padding(1, 1);
  private static final Window HALF = Window.of(2, 2).stride(2, 2);

  private final Device device = Devices.best();
  private final int rounds;

  private FeedingTable(int rounds) {
    this.rounds = rounds;
  }

  public static void main(String[] arguments) {
    new FeedingTable(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5).print();
  }

  private void print() {
    System.out.println(device + "; milliseconds of a step, medians of " + rounds + " rounds");
    System.out.println(
        "| recipe | examples | whole step | handing over | augmentation | share of both |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    ImageChanges turned = ImageChanges.NONE.shifted(2).rotated(12).scaled(0.1f).sheared(0.2f);
    lines("MNIST", new ImageShape(28, 28, 1), turned, FeedingTable::digits);
    ImageChanges moved = ImageChanges.NONE.mirrored().shifted(3).cutOut(8);
    lines("CIFAR-10", new ImageShape(32, 32, 3), moved, FeedingTable::photographs);
  }

  private static NetworkBuilder convolution(NetworkBuilder layers, int filters) {
    return layers.convolution(filters, THREE, Activation.IDENTITY).batchNorm(Activation.RELU);
  }

  private static NetworkBuilder around(NetworkBuilder layers, int filters) {
    return layers.residual(
        Activation.RELU,
        body ->
            body.convolution(filters, THREE, Activation.IDENTITY).batchNorm(Activation.IDENTITY));
  }

  private static NetworkBuilder beginning(NetworkBuilder layers) {
    layers
        .convolution(32, THREE, Activation.IDENTITY)
        .pool(PoolFunction.MAX, HALF)
        .batchNorm(Activation.RELU);
    around(convolution(layers, 64), 64).pool(PoolFunction.MAX, HALF);
    return convolution(layers, 128);
  }

  private static NetworkBuilder digits(NetworkBuilder layers) {
    return beginning(layers).pool(PoolFunction.MAX, Window.of(7, 7));
  }

  private static NetworkBuilder photographs(NetworkBuilder layers) {
    around(beginning(layers), 128).pool(PoolFunction.MAX, HALF);
    return around(convolution(layers, 256), 256).pool(PoolFunction.MAX, Window.of(4, 4));
  }

  private void lines(
      String name, ImageShape image, ImageChanges changes, UnaryOperator<NetworkBuilder> layers) {
    float[] pixels = new float[IMAGES * image.size()];
    Random random = new Random(1);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    int[] labels = random.ints(IMAGES, 0, 10).toArray();
    Dataset data = Dataset.ofImages(pixels, labels, 10, image);
    Recipe recipe =
        Recipe.of(Optimizer.adamW(0.003f, 0.01f))
            .withAugmentation(new Augmentation(image, changes, 1));
    try (Network network = layers.apply(Network.builder(image)).classes(10).seed(1).build(device);
        TrainingStep step = new TrainingStep(network, BATCH, recipe);
        Workspace memory = device.workspace()) {
      Tensor x = memory.tensor(BATCH, image.height(), image.width(), image.channels());
      Tensor y = memory.tensor(x.shape().toArray());
      AugmentImages augment = new AugmentImages(1, 0, null, changes, x, y);
      try (Feed feed = Feed.of(data, step)) {
        line(name, "kept on the device", step, feed, augment);
      }
      try (Feed feed = new StreamingFeed(data, step)) {
        line(name, "read ahead from memory", step, feed, augment);
      }
    }
  }

  /** The three take turns, so that a slow second hits all alike. */
  private void line(String name, String from, TrainingStep step, Feed feed, AugmentImages augment) {
    Epochs whole = new Epochs(step, feed);
    Stopwatch.warmUp(whole);
    Stopwatch.warmUp(() -> augment(augment));
    double[] steps = new double[rounds];
    double[] loads = new double[rounds];
    double[] augmentations = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      whole.loadNanos = 0;
      long begin = System.nanoTime();
      for (int i = 0; i < feed.batches(); i++) {
        whole.run();
      }
      steps[round] = (System.nanoTime() - begin) * 1e-6 / feed.batches();
      loads[round] = whole.loadNanos * 1e-6 / feed.batches();
      augmentations[round] = Stopwatch.seconds(() -> augment(augment)) * 1e3;
    }
    double step1 = Stopwatch.median(steps);
    double load = Stopwatch.median(loads);
    double augmentation = Stopwatch.median(augmentations);
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %.2f | %.3f | %.3f | %.1f %% |%n",
        name,
        from,
        step1,
        load,
        augmentation,
        100 * (load + augmentation) / step1);
  }

  private void augment(AugmentImages augment) {
    device.augmentImages(augment);
    augment.y().rows(0, 1).toArray(); // waits
  }

  /** A step with the next batch, as a training loop does it. */
  private static final class Epochs implements Runnable {
    private final TrainingStep step;
    private final Feed feed;
    private int next;
    private int epoch;
    private long loadNanos;

    Epochs(TrainingStep step, Feed feed) {
      this.step = step;
      this.feed = feed;
    }

    @Override
    public void run() {
      long begin = System.nanoTime();
      if (next == 0) {
        epoch++;
        feed.shuffle(1, epoch);
      }
      int rows = feed.load(next);
      loadNanos += System.nanoTime() - begin;
      next = (next + 1) % feed.batches();
      step.run(rows);
      step.loss();
    }
  }
}
