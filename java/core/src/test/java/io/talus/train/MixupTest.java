package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.ImageChanges;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MixupTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final int ROWS = 13;
  private static final int INPUTS = 5;
  private static final Dataset EXAMPLES = Examples.noise(ROWS, INPUTS, 4);
  private static final Mixup MIXUP = new Mixup(0.4f, 9);
  private static final Recipe PLAIN = Recipe.of(Optimizer.momentum(0.1f, 0.9f));
  private static final double STEP = 1e-5;

  /** As in {@link GradientTest}: losses and gradients of two labels add their errors by shares. */
  private static final double TOLERANCE = 4e-6;

  private static Network network(Device device) {
    return Network.builder(INPUTS).dense(8, Activation.TANH).classes(4).seed(4).build(device);
  }

  private static float share(int step) {
    return MIXUP.share(step, new int[4]);
  }

  /** Half a batch further on, or back; the last of an odd batch. */
  private static int other(int row, int rows) {
    int half = rows / 2;
    return row < half ? row + half : row < 2 * half ? row - half : row;
  }

  /** The mixed features, with the labels of the examples themselves or of the others. */
  private static Dataset mixed(int rows, float share, boolean ofOthers) {
    float[] mixed = new float[rows * INPUTS];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      int other = other(row, rows);
      labels[row] = EXAMPLES.label(ofOthers ? other : row);
      for (int i = 0; i < INPUTS; i++) {
        mixed[row * INPUTS + i] =
            share * EXAMPLES.feature(row, i) + (1 - share) * EXAMPLES.feature(other, i);
      }
    }
    return Dataset.of(mixed, labels, 4);
  }

  private static void fill(TrainingStep step, int rows) {
    Dataset part = EXAMPLES.range(0, rows);
    step.inputs().rows(0, rows).copyFrom(part.features());
    step.targets().rows(0, rows).copyFrom(part.labels());
  }

  /** Of even and odd batches, and of one example, which has no other. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void theGradientIsTheSlopeOfTheMixedLoss(Device device) {
    Recipe recipe = PLAIN.withMixup(MIXUP).withLabelSmoothing(0.1f);
    double ofSmoothing = 0.1;
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, ROWS, recipe)) {
      for (int rows : new int[] {ROWS, 6, 1}) {
        fill(step, rows);
        step.computeGradients(rows);
        compare(network, step, rows, ofSmoothing);
      }
    }
  }

  private static void compare(Network network, TrainingStep step, int rows, double smoothing) {
    float share = share(0);
    assertTrue(share > 0.01 && share < 0.99, () -> "nothing is mixed by " + share);
    Dataset own = mixed(rows, share, false);
    Dataset others = mixed(rows, share, true);
    DoubleNetwork exact = new DoubleNetwork(network, rows);
    assertEquals(loss(exact, own, others, rows, share, smoothing), step.loss(), 1e-5);
    for (int layer = 0; layer < 2; layer++) {
      for (int parameter = 0; parameter < 2; parameter++) {
        double[] values = exact.parameters.get(layer)[parameter];
        float[] gradient = step.gradient(layer, parameter).toArray();
        for (int i = 0; i < values.length; i++) {
          double value = values[i];
          values[i] = value + STEP;
          double above = loss(exact, own, others, rows, share, smoothing);
          values[i] = value - STEP;
          double below = loss(exact, own, others, rows, share, smoothing);
          values[i] = value;
          String where = rows + " rows, layer " + layer + ", " + parameter + ", element " + i;
          assertEquals((above - below) / (2 * STEP), gradient[i], TOLERANCE, where);
        }
      }
    }
  }

  /** Smoothing is a part of the loss for every label, as often as there are classes. */
  private static double loss(
      DoubleNetwork exact, Dataset own, Dataset others, int rows, double share, double smoothing) {
    double even = 0;
    for (int label = 0; label < 4; label++) {
      int[] labels = new int[rows];
      Arrays.fill(labels, label);
      even += exact.loss(Dataset.of(own.features(), labels, 4), rows) / 4;
    }
    double ofLabels = share * exact.loss(own, rows) + (1 - share) * exact.loss(others, rows);
    return (1 - smoothing) * ofLabels + smoothing * even;
  }

  /** Two runs one by one, then recordings: each of them with its own share. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void eachStepMixesAnew(Device device) {
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, ROWS, PLAIN.withMixup(MIXUP))) {
      for (int number = 1; number <= 4; number++) {
        int rows = number == 3 ? 6 : ROWS;
        DoubleNetwork before = new DoubleNetwork(network, rows);
        fill(step, rows);
        step.run(rows);
        float share = share(number);
        Dataset own = mixed(rows, share, false);
        Dataset others = mixed(rows, share, true);
        assertEquals(
            loss(before, own, others, rows, share, 0), step.loss(), 1e-5, "step " + number);
        assertArrayEquals(
            EXAMPLES.range(0, rows).features(),
            step.inputs().rows(0, rows).toArray(),
            "the batch itself");
      }
    }
  }

  /** Features mixed on one device are those of another to the bit, augmented before or not. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void allDevicesMixTheSameBits(Device device) {
    ImageShape image = new ImageShape(1, INPUTS, 1);
    Recipe recipe =
        PLAIN
            .withMixup(MIXUP)
            .withAugmentation(new Augmentation(image, ImageChanges.NONE.mirrored(), 2));
    float[][] mixed = new float[2][];
    Device[] devices = {device, Devices.require("java")};
    for (int i = 0; i < 2; i++) {
      try (Network network = network(devices[i]);
          Workspace memory = devices[i].workspace()) {
        TrainingBuffers buffers = new TrainingBuffers(network, ROWS, recipe, memory);
        buffers.batch().copyFrom(EXAMPLES.features());
        buffers.targets().copyFrom(EXAMPLES.labels());
        BatchPlan plan = new BatchPlan(network, buffers, ROWS, 0);
        plan.draw(3);
        plan.run();
        mixed[i] = buffers.mixup().mixed().toArray();
      }
    }
    assertArrayEquals(mixed[1], mixed[0]);
    assertNotEquals(EXAMPLES.feature(0, 0), mixed[0][0]);
  }

  /**
   * Mean 1/2 and variance 1 / (4 (2 strength + 1)), each within five deviations of its estimate.
   */
  @Test
  void sharesAreOfTheBetaDistribution() {
    for (float strength : new float[] {0.05f, 0.4f, 1}) {
      Mixup mixup = new Mixup(strength, 5);
      int draws = 20_000;
      double sum = 0;
      double squares = 0;
      int[] words = new int[4];
      for (int step = 1; step <= draws; step++) {
        double off = mixup.share(step, words) - 0.5;
        sum += off;
        squares += off * off;
      }
      double variance = 1 / (4 * (2 * strength + 1.0));
      assertEquals(0, sum / draws, 5 * Math.sqrt(variance / draws), "strength " + strength);
      // Squares are at most 1/4, so that their deviation is below 1/8.
      assertEquals(variance, squares / draws, 5 * 0.125 / Math.sqrt(draws), "seed 5, " + strength);
    }
  }

  @Test
  void theLoopHandsItOnAndTheSeedDecides() {
    float[][] weights = new float[3][];
    long[] seeds = {1, 1, 2};
    for (int i = 0; i < 3; i++) {
      try (Network network = network(Devices.require("java"))) {
        new TrainingLoop()
            .epochs(3)
            .batch(5)
            .mixup(new Mixup(1, seeds[i]))
            .train(network, EXAMPLES);
        weights[i] = network.values().toArray();
      }
    }
    assertArrayEquals(weights[0], weights[1]);
    assertTrue(Math.abs(weights[0][0] - weights[2][0]) > 1e-6, "another seed, the same weights");
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalArgumentException.class, () -> new Mixup(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Mixup(1.5f, 1));
    Recipe search = Recipe.of(Optimizer.randomSearch(1, 1));
    assertThrows(IllegalArgumentException.class, () -> search.withMixup(MIXUP), "in a search");
  }
}
