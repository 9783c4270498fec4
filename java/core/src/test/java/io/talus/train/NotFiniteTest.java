package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that cannot go on says in which layer it began. */
class NotFiniteTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final float HUGE = 3e38f;

  /** 16 rows of three positive features. */
  private static Dataset examples(float scale) {
    float[] features = new float[48];
    for (int i = 0; i < features.length; i++) {
      features[i] = scale * (1 + i % 5);
    }
    int[] labels = new int[16];
    Arrays.setAll(labels, row -> row % 2);
    return Dataset.of(features, labels, 2);
  }

  private static void fill(Network network, int layer, int parameter, float value) {
    float[] values = network.parameter(layer, parameter).toArray();
    Arrays.fill(values, value);
    network.parameter(layer, parameter).copyFrom(values);
  }

  private static TrainingDivergedException diverged(Network network, Dataset data, float rate) {
    float[] before = network.values().toArray();
    TrainingLoop loop =
        new TrainingLoop().epochs(1).batch(16).optimizer(Optimizer.momentum(rate, 0.5f));
    TrainingDivergedException stopped =
        assertThrows(TrainingDivergedException.class, () -> loop.train(network, data));
    assertArrayEquals(before, network.values().toArray());
    return stopped;
  }

  private static void assertSays(String expected, TrainingDivergedException stopped) {
    assertTrue(stopped.getMessage().contains(expected), stopped::getMessage);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void namesTheFirstLayerWhoseOutputIsNotFinite(Device device) {
    try (Network network =
        Network.builder(3)
            .dense(4, Activation.RELU)
            .dense(5, Activation.RELU)
            .classes(2)
            .seed(1)
            .build(device)) {
      fill(network, 0, Dense.WEIGHT, 1);
      fill(network, 1, Dense.WEIGHT, HUGE);
      TrainingDivergedException stopped = diverged(network, examples(1), 0.1f);
      assertEquals(1, stopped.layer());
      assertEquals(1, stopped.batch());
      assertSays(
          "in epoch 1, batch 1: layer 1 (dense 4 to 5, relu) is the first to give what is not"
              + " finite, in 16 of 16 rows; the network is as it was before that epoch",
          stopped);
      fill(network, 0, Dense.WEIGHT, HUGE);
      assertEquals(0, diverged(network, examples(1), 0.1f).layer());
    }
  }

  /** Two of the 16 rows are too large for the first layer. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void tellsInHowManyRows(Device device) {
    float[] features = examples(1).features();
    features[3 * 5] = HUGE;
    features[3 * 9 + 1] = HUGE;
    try (Network network =
        Network.builder(3).dense(4, Activation.RELU).classes(2).seed(1).build(device)) {
      fill(network, 0, Dense.WEIGHT, 2);
      Dataset data = Dataset.of(features, examples(1).labels(), 2);
      assertSays("what is not finite, in 2 of 16 rows", diverged(network, data, 0.1f));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void namesLayersWithinAResidualBlock(Device device) {
    try (Network network =
        Network.builder(3)
            .dense(4, Activation.RELU)
            .residual(
                Activation.RELU,
                body -> body.dense(4, Activation.RELU).dense(4, Activation.IDENTITY),
                shortcut -> shortcut.dense(4, Activation.IDENTITY))
            .classes(2)
            .seed(1)
            .build(device)) {
      fill(network, 0, Dense.WEIGHT, 1);
      fill(network, 1, 4, HUGE); // the shortcut's weights
      TrainingDivergedException inShortcut = diverged(network, examples(1), 0.1f);
      assertEquals(1, inShortcut.layer());
      assertSays("layer 1.shortcut.0 (dense 4 to 4) is the first", inShortcut);
      fill(network, 1, 2, HUGE);
      fill(network, 1, 3, HUGE);
      assertSays("layer 1.body.1 (dense 4 to 4) is the first", diverged(network, examples(1), 1));
    }
  }

  /** Logits of 3e38 and -3e38: each is finite, the loss of a wrong one is not. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void namesTheLastLayerWhereTheLossAloneIsTooLarge(Device device) {
    try (Network network = Network.builder(3).classes(2).seed(1).build(device)) {
      fill(network, 0, Dense.WEIGHT, 0);
      network.parameter(0, Dense.BIAS).copyFrom(HUGE, -HUGE);
      int[] wrong = new int[16];
      Arrays.fill(wrong, 1);
      Dataset data = Dataset.of(examples(1).features(), wrong, 2);
      TrainingDivergedException stopped = diverged(network, data, 0.1f);
      assertEquals(0, stopped.layer());
      assertSays(
          "batch 1: each layer gives finite numbers, the last one too large ones for the loss;",
          stopped);
    }
  }

  /** The loss of the only batch is finite; its gradient times the learning rate is not. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void namesTheLayerWhoseUpdateIsNotFinite(Device device) {
    try (Network network =
        Network.builder(3).dense(4, Activation.TANH).classes(2).seed(1).build(device)) {
      fill(network, 0, Dense.WEIGHT, 0);
      TrainingDivergedException stopped = diverged(network, examples(100), HUGE);
      assertEquals(0, stopped.layer());
      assertSays(
          "parameters are no longer finite after the update in epoch 1, batch 1: the last layer"
              + " with such is layer 0 (dense 3 to 4, tanh), in its weight;",
          stopped);
    }
  }
}
