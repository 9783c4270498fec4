package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.ImageChanges;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FeatureMapsTest {
  private static Network images(Device device) {
    return Network.builder(new ImageShape(3, 3, 1))
        .convolution(1, Window.of(2, 2), Activation.RELU)
        .dropout(0.5f)
        .pool(PoolFunction.MAX, Window.of(2, 2))
        .classes(2)
        .build(device);
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void everyLayerCanBeReadOut(Device device) {
    try (Network network = images(device)) {
      // The filter takes the pixel above and left less the one below and right.
      network.parameter(0, ConvolutionLayer.WEIGHT).copyFrom(new float[] {1, 0, 0, -1});
      network.parameter(0, ConvolutionLayer.BIAS).copyFrom(new float[] {0});
      network.parameter(3, Dense.WEIGHT).copyFrom(new float[] {2, -1});
      network.parameter(3, Dense.BIAS).copyFrom(new float[] {0, 1});
      float[] two = {9, 8, 7, 6, 5, 4, 3, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 7};
      float[] maps = {4, 4, 4, 4, 1, 0, 0, 0};
      assertArrayEquals(maps, network.features(0, two));
      assertArrayEquals(maps, network.features(1, two), "dropout lets everything pass");
      assertArrayEquals(new float[] {4, 1}, network.features(2, two));
      assertArrayEquals(new float[] {8, -3, 2, 0}, network.features(3, two));
    }
  }

  /** Each layer within a block sees what the layers before the block and in it give. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void layersWithinResidualBlocksCanBeReadOut(Device device) {
    try (Network network =
        Network.builder(1)
            .dense(2, Activation.RELU)
            .residual(
                Activation.RELU,
                body ->
                    body.dense(2, Activation.IDENTITY)
                        .residual(
                            Activation.IDENTITY, inner -> inner.dense(2, Activation.IDENTITY)),
                shortcut -> shortcut.dense(2, Activation.IDENTITY))
            .classes(1)
            .build(device)) {
      network.parameter(0, Dense.WEIGHT).copyFrom(1, 2);
      float[] swap = {0, 1, 1, 0};
      float[] twice = {2, 0, 0, 2};
      float[] minus = {-1, 0, 0, 1};
      network.parameter(1, 0).copyFrom(swap);
      network.parameter(1, 2).copyFrom(twice);
      network.parameter(1, 4).copyFrom(minus);
      float[] two = {1, 10};
      assertArrayEquals(new float[] {1, 2, 10, 20}, network.features("0", two));
      assertArrayEquals(new float[] {2, 1, 20, 10}, network.features("1.body.0", two));
      assertArrayEquals(new float[] {4, 2, 40, 20}, network.features("1.body.1.body.0", two));
      assertArrayEquals(new float[] {6, 3, 60, 30}, network.features("1.body.1", two));
      assertArrayEquals(new float[] {-1, 2, -10, 20}, network.features("1.shortcut.0", two));
      assertArrayEquals(new float[] {5, 5, 50, 50}, network.features("1", two));
      for (String none :
          new String[] {"3", "-1", "", "1.", "1.body", "1.body.2", "1.tail.0", "0.body.0", "x"}) {
        String why =
            assertThrows(IllegalArgumentException.class, () -> network.features(none, two))
                .getMessage();
        assertTrue(why.startsWith("features: there is no layer " + none + ": "), why);
      }
      assertEquals(
          "features: there is no layer 1.body.1.shortcut.0: layer 1 is a residual block without"
              + " such a part; name one as in 2, or within a residual block as in 2.body.0 or"
              + " 2.shortcut.0",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> network.features("1.body.1.shortcut.0", two))
              .getMessage());
    }
  }

  /** 64 MiB in all: the image in, and twice the widest between. */
  @Test
  void largeLayersTakeFewerRowsAtATime() {
    NetworkBuilder described =
        Network.builder(new ImageShape(64, 64, 3))
            .convolution(32, Window.of(3, 3).padding(1, 1), Activation.RELU)
            .pool(PoolFunction.MAX, Window.of(2, 2))
            .classes(2);
    try (Network network = described.build(Devices.require("java"))) {
      long rowBytes = 4 * (64 * 64 * 3 + 2 * 64 * 64 * 32);
      assertEquals((64 << 20) / rowBytes, Inference.blockRows(network.layers(), 100_000));
      assertEquals(3, Inference.blockRows(network.layers(), 3));
    }
    try (Network network = Network.builder(5).classes(2).build(Devices.require("java"))) {
      assertEquals(1024, Inference.blockRows(network.layers(), 100_000));
    }
  }

  @Test
  void goesOverManyBlocks() {
    int rows = 2 * Inference.BLOCK_ROWS + 3;
    Device device = Devices.require("java");
    try (Network network = Network.builder(1).classes(1).build(device)) {
      network.parameter(0, Dense.WEIGHT).copyFrom(new float[] {2});
      float[] features = new float[rows];
      float[] doubled = new float[rows];
      for (int i = 0; i < rows; i++) {
        features[i] = i;
        doubled[i] = 2 * i;
      }
      assertArrayEquals(doubled, network.features(0, features));
    }
  }

  @Test
  void refusesWhatIsNotThere() {
    try (Network network = images(Devices.require("java"))) {
      assertThrows(IllegalArgumentException.class, () -> network.features(4, new float[9]));
      assertThrows(IllegalArgumentException.class, () -> network.features(-1, new float[9]));
      assertThrows(IllegalArgumentException.class, () -> network.features(0, new float[8]));
      assertThrows(IllegalArgumentException.class, () -> network.features(0));
    }
  }

  @Test
  void theSummaryHasEveryLayerAndTheTotal() {
    try (Network network = images(Devices.require("java"))) {
      NetworkSummary summary = network.summary();
      assertEquals(4, summary.layers().size());
      NetworkSummary.Line convolution = summary.layers().get(0);
      assertEquals(5, convolution.parameters());
      assertEquals(2 * 4 * 4, convolution.flops());
      assertEquals(20, convolution.parameterBytes());
      assertEquals(16, convolution.outputBytes());
      assertEquals(0, summary.layers().get(2).parameters());
      assertEquals(network.parameterCount(), summary.total().parameters());
      assertEquals(32 + 4, summary.total().flops());
      assertEquals(4 * (4 + 4 + 1 + 2), summary.total().outputBytes());
      // A bias and an activation, nothing, a comparison for each place, a bias.
      assertEquals(
          List.of(8L, 0L, 4L, 2L),
          summary.layers().stream().map(NetworkSummary.Line::otherFlops).toList());
      assertEquals(14, summary.total().otherFlops());
      assertEquals(0, summary.total().scratchBytes());
      assertEquals(summary.total().parameterBytes(), summary.total().learningBytes());
      String[] lines = summary.toString().split("\\R");
      assertEquals(6, lines.length);
      assertTrue(lines[1].startsWith(network.layers().get(0).describe()), lines[1]);
      assertTrue(lines[5].startsWith("total"), lines[5]);
    }
  }

  /** Each of 12 filters sees 2 of 6 channels. */
  @Test
  void theSummaryHasTheFlopsOfGroups() {
    NetworkBuilder layers = Network.builder(new ImageShape(5, 4, 6));
    try (Network network =
        layers
            .convolution(12, Window.of(3, 3), 3, Activation.IDENTITY)
            .classes(2)
            .build(Devices.require("java"))) {
      NetworkSummary.Line convolution = network.summary().layers().get(0);
      assertEquals(3 * 3 * 2 * 12 + 12, convolution.parameters());
      assertEquals(2 * (3 * 2 * 12) * (3 * 3 * 2), convolution.flops());
      assertTrue(convolution.layer().contains("in 3 groups"), convolution.layer());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> layers.convolution(12, Window.of(3, 3), 5, Activation.IDENTITY));
  }

  @Test
  void theSummaryHasScratchAndWhatTheOptimizerKeeps() {
    Recipe adam = Recipe.of(Optimizer.adam());
    try (Network network =
        Network.builder(6)
            .dense(4, Activation.GELU)
            .batchNorm(Activation.RELU)
            .layerNorm()
            .residual(
                Activation.RELU, body -> body.dense(5, Activation.TANH).dense(4, Activation.GELU))
            .classes(3)
            .build(Devices.require("java"))) {
      List<NetworkSummary.Line> lines = network.summary(adam).layers();
      assertEquals(
          List.of(2L * 4, 3L * 4, 8L * 4, 2L * 5 + 2 * 4 + 2 * 4, 3L),
          lines.stream().map(NetworkSummary.Line::otherFlops).toList());
      // GELU's input; means and deviations of rows; of the block what its body gives and its
      // input's gradient, between its layers an output and its gradient, GELU's input.
      assertEquals(
          List.of(4L * 4, 0L, 4L * 2, 4L * (4 + 4 + 5 + 5 + 4), 0L),
          lines.stream().map(NetworkSummary.Line::scratchBytes).toList());
      assertEquals(3 * 4 * (6 * 4 + 4), lines.get(0).learningBytes());
      assertEquals(
          2 * 4 * (6 * 4 + 4),
          network.summary(Recipe.of(Optimizer.momentum(1, 0.9f))).layers().get(0).learningBytes());
      assertEquals(
          4 * 4 * (6 * 4 + 4),
          network.summary(adam.withAverageDecay(0.9f)).layers().get(0).learningBytes());
    }
  }

  /** All but a few single numbers: the loss, the learning rate, the step, shares of a mixture. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void tellsWhatATrainingStepTakes(Device device) {
    Recipe sgd = Recipe.of(Optimizer.sgd());
    for (Recipe recipe :
        List.of(
            sgd,
            sgd.withOptimizer(Optimizer.nesterov(0.1f, 0.9f)),
            sgd.withOptimizer(Optimizer.adam()).withAverageDecay(0.99f),
            sgd.withOptimizer(Optimizer.randomSearch(1, 1)),
            sgd.withAugmentation(
                new Augmentation(new ImageShape(3, 3, 1), ImageChanges.NONE.mirrored(), 1)),
            sgd.withMixup(new Mixup(0.2f, 1)))) {
      long before = device.memoryBytes();
      try (Network network = images(device);
          TrainingStep step = new TrainingStep(network, 17, recipe)) {
        long taken = device.memoryBytes() - before;
        long told = step.network().trainingBytes(17, recipe);
        assertTrue(
            told <= taken && taken <= told + 64, () -> recipe + ": " + taken + " not " + told);
      }
    }
  }
}
