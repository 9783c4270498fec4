package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentationTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final ImageShape IMAGE = new ImageShape(6, 5, 2);
  private static final int ROWS = 12;
  private static final Dataset EXAMPLES = Examples.noise(ROWS, IMAGE.size(), 3);
  private static final Augmentation AUGMENTATION =
      new Augmentation(IMAGE, ImageChanges.NONE.mirrored().shifted(2).rotated(20).cutOut(3), 9);
  private static final Recipe PLAIN = Recipe.of(Optimizer.momentum(0.1f, 0.9f));

  private static Network network(Device device) {
    return Network.builder(IMAGE.size()).dense(8, Activation.TANH).classes(3).seed(4).build(device);
  }

  private static float[] changed(Device device, int step, int rows) {
    try (Workspace w = device.workspace()) {
      Tensor y = w.tensor(rows, 6, 5, 2);
      Tensor x = w.tensor(EXAMPLES.range(0, rows).features(), rows, IMAGE.size());
      AugmentImages op =
          AUGMENTATION.op(x, y.reshape(rows, IMAGE.size()), w.ints(new int[] {step}, 1));
      device.augmentImages(op);
      return y.toArray();
    }
  }

  /** The same bits as of a step that is handed what the op makes; the third one is a recording. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void eachStepLearnsFromImagesChangedAnew(Device device) {
    try (Network one = network(device);
        Network other = network(device);
        TrainingStep step = new TrainingStep(one, ROWS, PLAIN.withAugmentation(AUGMENTATION));
        TrainingStep plain = new TrainingStep(other, ROWS, PLAIN)) {
      for (int number = 1; number <= 5; number++) {
        int rows = number < 5 ? ROWS : 7;
        Dataset batch = EXAMPLES.range(0, rows);
        step.inputs().rows(0, rows).copyFrom(batch.features());
        step.targets().rows(0, rows).copyFrom(batch.labels());
        plain.inputs().rows(0, rows).copyFrom(changed(device, number, rows));
        plain.targets().rows(0, rows).copyFrom(batch.labels());
        step.run(rows);
        plain.run(rows);
        assertEquals(plain.loss(), step.loss(), "step " + number);
        assertArrayEquals(other.values().toArray(), one.values().toArray(), "step " + number);
        assertArrayEquals(
            batch.features(), step.inputs().rows(0, rows).toArray(), "the batch itself");
      }
    }
  }

  /** The loop hands the setting on, and the seed of the changes is its own. */
  @Test
  void theSeedDecides() {
    Device device = Devices.require("java");
    float[][] weights = new float[3][];
    long[] seeds = {1, 1, 2};
    for (int i = 0; i < 3; i++) {
      try (Network network = network(device)) {
        new TrainingLoop()
            .epochs(3)
            .batch(5)
            .augment(new Augmentation(IMAGE, AUGMENTATION.changes(), seeds[i]))
            .train(network, EXAMPLES);
        weights[i] = network.values().toArray();
      }
    }
    assertArrayEquals(weights[0], weights[1]);
    assertTrue(Math.abs(weights[0][0] - weights[2][0]) > 1e-6, "another seed, the same weights");
  }

  @Test
  void refusesWhatDoesNotFit() {
    Device device = Devices.require("java");
    Augmentation other = new Augmentation(new ImageShape(3, 3, 1), ImageChanges.NONE, 0);
    long before = device.memoryBytes();
    try (Network network = network(device)) {
      assertEquals(
          "augmentation: images of 3x3x1 have 9 values; the network takes 60",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new TrainingStep(network, 2, PLAIN.withAugmentation(other)))
              .getMessage());
    }
    assertEquals(before, device.memoryBytes());
    Recipe search = Recipe.of(Optimizer.randomSearch(1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> search.withAugmentation(AUGMENTATION), "in a search");
  }
}
