package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Dataset;
import io.talus.data.Digits;
import io.talus.data.Idx;
import io.talus.op.Activation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingLoopTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";

  private static Network network(Device device, Dataset data, int hidden) {
    return Network.builder(data.inputs())
        .dense(hidden, Activation.RELU)
        .classes(data.classes())
        .seed(1)
        .build(device);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void learnsASpiralThatNoLineDivides(Device device) {
    Dataset spiral = Examples.spiral(100);
    TrainingLoop loop =
        new TrainingLoop().epochs(120).batch(30).optimizer(Optimizer.adam(0.02f)).l2(1e-4f);
    try (Network deep = network(device, spiral, 100);
        Network linear = Network.builder(2).classes(3).seed(1).build(device)) {
      loop.train(deep, spiral);
      loop.train(linear, spiral);
      double accuracy = Evaluation.of(deep, spiral).accuracy();
      assertTrue(accuracy > 0.95, () -> "one hidden layer gets " + accuracy);
      double withoutHidden = Evaluation.of(linear, spiral).accuracy();
      assertTrue(withoutHidden < 0.6, () -> "no hidden layer gets " + withoutHidden);
    }
  }

  /** Full batches, step 1.0, lambda 1e-3, as the spiral is used in teaching. */
  @Test
  void learnsASpiralByPlainGradientDescent() {
    Device device = Devices.best();
    assumeFalse(device.name().equals("java") || device.isEmulated(), "10,000 steps take too long");
    Dataset spiral = Examples.spiral(100);
    TrainingLoop loop =
        new TrainingLoop().batch(300).optimizer(Optimizer.sgd(1)).l2(1e-3f).epochs(10_000);
    try (Network deep = network(device, spiral, 100);
        Network linear = Network.builder(2).classes(3).seed(1).build(device)) {
      loop.train(deep, spiral);
      double accuracy = Evaluation.of(deep, spiral).accuracy();
      assertTrue(accuracy >= 0.98, () -> "one hidden layer gets " + accuracy);
      loop.epochs(200).train(linear, spiral);
      double withoutHidden = Evaluation.of(linear, spiral).accuracy();
      assertEquals(0.49, withoutHidden, 0.05, "no hidden layer");
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void learnsRealDigits(Device device) throws IOException {
    Dataset.Split digits = Digits.read(DataFolder.require("digits/digits.csv.gz")).split(0.2, 1);
    int epochs = device.name().equals("java") ? 20 : 40;
    try (Network network = network(device, digits.training(), 64)) {
      History history =
          new TrainingLoop()
              .epochs(epochs)
              .batch(32)
              .train(network, digits.training(), digits.heldOut());
      double accuracy = history.last().heldOut().orElseThrow().accuracy();
      assertTrue(accuracy > 0.95, () -> "held out: " + accuracy);
    }
  }

  @Test
  void learnsMnistInOneEpoch() throws IOException {
    Dataset training =
        Idx.read(
            DataFolder.require("mnist/train-images-idx3-ubyte.gz"),
            DataFolder.require("mnist/train-labels-idx1-ubyte.gz"),
            10);
    Dataset test =
        Idx.read(
            DataFolder.require("mnist/t10k-images-idx3-ubyte.gz"),
            DataFolder.require("mnist/t10k-labels-idx1-ubyte.gz"),
            10);
    Device device = Devices.best();
    assumeFalse(device.name().equals("java"), "plain Java takes minutes for it");
    try (Network network = network(device, training, 512)) {
      History history =
          new TrainingLoop().epochs(1).optimizer(Optimizer.adam()).train(network, training, test);
      double accuracy = history.last().heldOut().orElseThrow().accuracy();
      assertTrue(accuracy >= 0.95, () -> "test: " + accuracy);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void sameSeedSameBits(Device device) {
    Dataset data = Examples.noise(70, 12, 5);
    float[] weights = trained(device, data, 3);
    assertArrayEquals(weights, trained(device, data, 3));
    assertFalse(Arrays.equals(weights, trained(device, data, 4)));
  }

  private static float[] trained(Device device, Dataset data, long seed) {
    try (Network network = network(device, data, 40)) {
      new TrainingLoop().epochs(3).batch(16).seed(seed).l2(0.01f).train(network, data);
      return network.values().toArray();
    }
  }

  /**
   * The reference device, which sums in double, says what should come out; and, begun a little
   * elsewhere, by how much differences grow while training. Each of the 15 steps may add what
   * gradients may be off (see GradientTest) times the learning rate.
   */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void devicesAgree(Device device) {
    Dataset data = Examples.noise(70, 12, 5);
    Device java = Devices.require("java");
    float shift = 1e-3f;
    float[] right = trainedFrom(java, data, 0);
    double growth = Math.max(1, furthest(right, trainedFrom(java, data, shift)) / shift);
    double tolerance = 15 * 0.1 * 4e-6 * growth;
    double distance = furthest(right, trainedFrom(device, data, 0));
    assertTrue(
        distance <= tolerance, () -> distance + " apart, growth " + growth + ": " + tolerance);
  }

  /** All parameters begin {@code shift} higher. */
  private static float[] trainedFrom(Device device, Dataset data, float shift) {
    try (Network network =
        Network.builder(12).dense(30, Activation.TANH).classes(5).seed(1).build(device)) {
      float[] values = network.values().toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] += shift;
      }
      network.values().copyFrom(values);
      new TrainingLoop().epochs(3).batch(16).l2(0.01f).train(network, data);
      return network.values().toArray();
    }
  }

  private static double furthest(float[] a, float[] b) {
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void everyOptimizerMakesTheLossSmaller(Device device) {
    Dataset spiral = Examples.spiral(40);
    List<Optimizer> optimizers =
        List.of(
            Optimizer.sgd(),
            Optimizer.momentum(0.1f, 0.9f),
            Optimizer.nesterov(0.1f, 0.9f),
            Optimizer.adam(0.01f),
            Optimizer.adamW(0.01f, 0.01f));
    for (Optimizer optimizer : optimizers) {
      try (Network network = network(device, spiral, 20)) {
        double before = Evaluation.of(network, spiral).loss();
        new TrainingLoop().epochs(20).batch(16).optimizer(optimizer).train(network, spiral);
        double after = Evaluation.of(network, spiral).loss();
        assertTrue(after < 0.9 * before, () -> optimizer + ": " + before + " to " + after);
      }
    }
  }

  @Test
  void tellsEveryBatchAndEpoch() {
    Device device = Devices.require("java");
    Dataset data = Examples.noise(50, 4, 3);
    List<String> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void batchDone(int epoch, int batch, int batches, float loss) {
            heard.add(epoch + ":" + batch + "/" + batches);
          }

          @Override
          public void epochDone(EpochResult result) {
            heard.add("epoch " + result.epoch());
          }
        };
    try (Network network = network(device, data, 8)) {
      float l2 = 0.1f;
      History history =
          new TrainingLoop()
              .epochs(2)
              .batch(20)
              .l2(l2)
              .listener(listener)
              .train(network, data, data);
      assertEquals(
          List.of("1:1/3", "1:2/3", "1:3/3", "epoch 1", "2:1/3", "2:2/3", "2:3/3", "epoch 2"),
          heard);
      EpochResult last = history.last();
      assertEquals(2, last.epoch());
      double squares = 0;
      for (int layer = 0; layer < 2; layer++) {
        for (float weight : network.parameter(layer, Dense.WEIGHT).toArray()) {
          squares += (double) weight * weight;
        }
      }
      assertEquals(l2 / 2 * squares, last.regularizationLoss(), 1e-5 * squares);
      assertEquals(50, last.heldOut().orElseThrow().rows());
      assertTrue(last.rowsPerSecond() > 0 && last.nanos() > 0);
    }
  }

  /** With a learning rate of 0 in effect, the epoch's loss is the mean over examples. */
  @Test
  void theDataLossWeighsASmallerBatchByItsRows() {
    Device device = Devices.require("java");
    Dataset data = Examples.noise(50, 4, 3);
    try (Network network = network(device, data, 8)) {
      double expected = Evaluation.of(network, data).loss();
      History history =
          new TrainingLoop()
              .epochs(1)
              .batch(32)
              .optimizer(Optimizer.sgd(1e-30f))
              .train(network, data);
      assertEquals(expected, history.last().dataLoss(), 1e-6);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void stopsWhenTheLossIsNoNumberAndKeepsTheEpochBefore(Device device) {
    Dataset data = Examples.noise(64, 4, 3);
    long before = device.memoryBytes();
    try (Network network = network(device, data, 8)) {
      float[] weights = network.values().toArray();
      TrainingLoop loop = new TrainingLoop().batch(16).optimizer(Optimizer.sgd(1e30f));
      TrainingDivergedException stopped =
          assertThrows(TrainingDivergedException.class, () -> loop.train(network, data));
      assertEquals(1, stopped.epoch());
      assertTrue(stopped.batch() > 1 && stopped.batch() <= 4, stopped::getMessage);
      assertTrue(
          stopped.getMessage().contains("in epoch 1, batch " + stopped.batch()),
          stopped::getMessage);
      assertArrayEquals(weights, network.values().toArray());
    }
    assertEquals(before, device.memoryBytes());
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThrows(IllegalArgumentException.class, () -> new TrainingLoop().epochs(0));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.sgd(Float.NaN));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.sgd(-1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.momentum(0.1f, 1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.nesterov(0.1f, 0));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.adamW(0.1f, -1));
    Device device = Devices.require("java");
    NetworkBuilder withoutLogits = Network.builder(4).dense(3, Activation.RELU);
    assertEquals(
        "network: the last layer must give logits, without activation; add classes(n)",
        assertThrows(IllegalArgumentException.class, () -> withoutLogits.build(device))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Network.builder(0).classes(3));
    assertThrows(IllegalArgumentException.class, () -> Network.builder(3).build(device));
  }
}
