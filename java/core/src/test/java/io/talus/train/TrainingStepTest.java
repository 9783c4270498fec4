package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingStepTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final Dataset EXAMPLES = Examples.noise(40, 6, 3);

  private static Network network(Device device) {
    return Network.builder(6).dense(9, Activation.GELU).classes(3).seed(5).build(device);
  }

  private static float[] weights(Network network) {
    return network.values().toArray();
  }

  /** Without L2 the update is folded into a product, with L2 it is an op of its own. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void followsTheGradientAndPullsWeightsButNotBiases(Device device) {
    for (float l2 : new float[] {0, 0.5f}) {
      try (Network network = network(device);
          TrainingStep step = new TrainingStep(network, 40, Optimizer.sgd(0.125f), l2);
          BatchFeed feed = new BatchFeed(EXAMPLES, step)) {
        network.parameter(0, Dense.BIAS).copyFrom(1, 2, 3, 4, 5, 6, 7, 8, 9);
        step.setLearningRate(0.25f);
        feed.load(0);
        step.computeGradients(40);
        double[][] expected = new double[4][];
        for (int i = 0; i < 4; i++) {
          float pull = i % 2 == Dense.WEIGHT ? l2 : 0;
          float[] before = network.parameter(i / 2, i % 2).toArray();
          float[] gradient = step.gradient(i / 2, i % 2).toArray();
          expected[i] = new double[before.length];
          for (int j = 0; j < before.length; j++) {
            expected[i][j] = before[j] - 0.25 * (gradient[j] + (double) pull * before[j]);
          }
        }
        step.run(40);
        for (int i = 0; i < 4; i++) {
          float[] after = network.parameter(i / 2, i % 2).toArray();
          for (int j = 0; j < after.length; j++) {
            assertEquals(expected[i][j], after[j], 4e-7 * (1 + Math.abs(expected[i][j])));
          }
        }
      }
    }
  }

  /** Updates of dense layers are folded, those of others around them are ops of their own. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void everyParameterOfAMixedNetworkIsUpdatedOnce(Device device) {
    Dataset images = Examples.noise(12, 6 * 5 * 2, 3);
    Window window = Window.of(3, 3);
    try (Network network =
            Network.builder(new ImageShape(6, 5, 2))
                .convolution(3, window.padding(1, 1), Activation.RELU)
                .pool(PoolFunction.MAX, Window.of(2, 2).stride(2, 2))
                .dense(30, Activation.TANH)
                .residual(Activation.RELU, body -> body.dense(30, Activation.RELU))
                .batchNorm(Activation.RELU)
                .classes(3)
                .seed(8)
                .build(device);
        TrainingStep step = new TrainingStep(network, 12, Optimizer.sgd(0.25f), 0);
        BatchFeed feed = new BatchFeed(images, step);
        Tensor before = device.tensor(network.values().size())) {
      before.copyFrom(network.values().toArray());
      feed.load(0);
      step.computeGradients(12);
      List<float[]> gradients = new ArrayList<>();
      for (int layer = 0; layer < network.layers().size(); layer++) {
        for (int i = 0; i < network.layers().get(layer).parameters().size(); i++) {
          gradients.add(step.gradient(layer, i).toArray());
        }
      }
      step.run(12);
      List<Tensor> olds = network.layout().views(before);
      List<Tensor> news = network.layout().views(network.values());
      List<Parameter> described = Chain.parameters(network.layers());
      for (int p = 0; p < gradients.size(); p++) {
        if (described.get(p).trained()) {
          float[] old = olds.get(p).toArray();
          float[] now = news.get(p).toArray();
          for (int j = 0; j < now.length; j++) {
            double expected = old[j] - 0.25 * gradients.get(p)[j];
            assertEquals(
                expected, now[j], 4e-7 * (1 + Math.abs(expected)), described.get(p).name());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void aSmallerBatchIsAStepOfItsOwnSize(Device device) {
    try (Network one = network(device);
        Network other = network(device);
        TrainingStep large = new TrainingStep(one, 32, Optimizer.momentum(0.1f, 0.9f), 0.01f);
        TrainingStep small = new TrainingStep(other, 8, Optimizer.momentum(0.1f, 0.9f), 0.01f);
        BatchFeed largeFeed = new BatchFeed(EXAMPLES, large);
        BatchFeed smallFeed = new BatchFeed(EXAMPLES, small)) {
      assertEquals(2, largeFeed.batches());
      assertEquals(8, largeFeed.load(1));
      large.run(8);
      assertEquals(8, smallFeed.load(4));
      small.run();
      assertArrayEquals(weights(other), weights(one));
      assertEquals(small.loss(), large.loss());
    }
  }

  /** With the same bits whether the host fills the batch or the device gathers it. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void takesBatchesFromTheHostToo(Device device) {
    try (Network one = network(device);
        Network other = network(device);
        TrainingStep fed = new TrainingStep(one, 10, Optimizer.adam(), 0);
        TrainingStep filled = new TrainingStep(other, 10, Optimizer.adam(), 0);
        BatchFeed feed = new BatchFeed(EXAMPLES, fed)) {
      for (int batch = 0; batch < 4; batch++) {
        fed.run(feed.load(batch));
        Dataset rows = EXAMPLES.range(10 * batch, 10 * (batch + 1));
        filled.inputs().copyFrom(rows.features());
        filled.targets().copyFrom(rows.labels());
        filled.run();
      }
      assertEquals(4, filled.steps());
      assertArrayEquals(weights(one), weights(other));
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void dropoutDrawsAnewInEachStepAndLetsEverythingPassAtInference(Device device) {
    try (Network plain = Network.builder(8).classes(2).seed(3).build(device);
        Network dropping = Network.builder(8).dropout(0.5f).classes(2).seed(3).build(device);
        TrainingStep step = new TrainingStep(dropping, 16, Optimizer.sgd(1e-30f), 0)) {
      Dataset data = Examples.noise(16, 8, 2);
      assertArrayEquals(
          plain.predict(data).probabilities(3), dropping.predict(data).probabilities(3));
      step.inputs().copyFrom(data.features());
      step.targets().copyFrom(data.labels());
      Set<Float> losses = new HashSet<>();
      for (int i = 0; i < 4; i++) {
        step.run();
        losses.add(step.loss());
      }
      assertEquals(4, losses.size(), () -> "the same draws twice: " + losses);
    }
  }

  @Test
  void theLearningRateCanChange() {
    Device device = Devices.require("java");
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 40, Optimizer.sgd(0.5f), 0);
        BatchFeed feed = new BatchFeed(EXAMPLES, step)) {
      assertEquals(0.5f, step.learningRate());
      step.setLearningRate(1e-30f);
      float[] before = weights(network);
      step.run(feed.load(0));
      assertArrayEquals(before, weights(network), 1e-20f);
      assertThrows(IllegalArgumentException.class, () -> step.setLearningRate(Float.NaN));
      assertThrows(IllegalArgumentException.class, () -> step.setLearningRate(0));
    }
  }

  static Stream<Device> devicesForSpeed() {
    return TrainDevices.all().filter(device -> !device.name().equals("java"));
  }

  /** The reference backend makes objects for reading's sake, and is left out. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devicesForSpeed")
  void allocatesNothing(Device device) throws ReflectiveOperationException {
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 16, Optimizer.adam(), 1e-4f);
        BatchFeed feed = new BatchFeed(EXAMPLES, step)) {
      epochs(step, feed, 200);
      long deviceBytes = device.memoryBytes();
      Allocations allocations = new Allocations();
      long measuring = allocations.during(() -> {});
      long bytes = allocations.during(() -> epochs(step, feed, 334));
      assertEquals(deviceBytes, device.memoryBytes());
      assertTrue(
          bytes - measuring < 1000, () -> (bytes - measuring) + " bytes on the heap in 1002 steps");
    }
  }

  private static float epochs(TrainingStep step, Feed feed, int count) {
    float loss = 0;
    for (int epoch = 0; epoch < count; epoch++) {
      for (int batch = 0; batch < 3; batch++) {
        step.run(feed.load(batch));
        loss += step.loss();
      }
    }
    return loss;
  }

  @Test
  void countsTheFlopsThatAStepNeeds() {
    Device device = Devices.require("java");
    try (Network network =
            Network.builder(784).dense(512, Activation.RELU).classes(10).build(device);
        TrainingStep step = new TrainingStep(network, 128, Optimizer.sgd(), 0)) {
      long layer1 = 2L * 128 * 784 * 512;
      long layer2 = 2L * 128 * 512 * 10;
      assertEquals(2 * layer1 + 3 * layer2, step.flops());
      assertEquals(407_050, network.parameterCount());
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Device device = Devices.require("java");
    long before = device.memoryBytes();
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 8, Optimizer.sgd(), 0)) {
      assertEquals(
          "training step: 9 rows; planned for 1 to 8",
          assertThrows(IllegalArgumentException.class, () -> step.run(9)).getMessage());
      assertEquals(
          "training: the dataset has 4 rows of 5 features, 3 classes; the network takes 6 features"
              + " and knows 3 classes",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new BatchFeed(Examples.noise(4, 5, 3), step))
              .getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> new BatchFeed(Examples.noise(4, 6, 4), step));
      assertThrows(
          IllegalArgumentException.class, () -> new TrainingStep(network, 0, Optimizer.sgd(), 0));
      assertThrows(
          IllegalArgumentException.class,
          () -> new TrainingStep(network, 8, Optimizer.sgd(), Float.NaN));
      assertThrows(
          IllegalArgumentException.class,
          () -> step.targets().rows(0, 1).copyFrom(3),
          "a label that is no class must not reach the device");
    }
    assertEquals(before, device.memoryBytes());
  }
}
