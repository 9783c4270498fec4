package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final Dataset EXAMPLES = Examples.noise(48, 6, 3);

  private static Network network(Device device) {
    return Network.builder(6).dense(16, Activation.RELU).classes(3).seed(4).build(device);
  }

  @Test
  void factorsOfSchedules() {
    Schedule step = Schedule.step(2, 0.1);
    assertEquals(1, step.factor(19, 10, 6));
    assertEquals(0.1, step.factor(20, 10, 6), 1e-15);
    assertEquals(0.01, step.factor(59, 10, 6), 1e-15);

    Schedule cosine = Schedule.cosine();
    assertEquals(1, cosine.factor(0, 10, 4));
    assertEquals((1 + Math.sqrt(0.5)) / 2, cosine.factor(10, 10, 4), 1e-15);
    assertEquals(0.5, cosine.factor(20, 10, 4), 1e-15);
    assertTrue(cosine.factor(39, 10, 4) > 0);

    Schedule cycle = Schedule.oneCycle();
    assertEquals(0.04, cycle.factor(0, 10, 10), 1e-15);
    assertEquals(0.52, cycle.factor(15, 10, 10), 1e-15);
    assertEquals(1, cycle.factor(30, 10, 10), 1e-15);
    assertEquals(0.5, cycle.factor(65, 10, 10), 1e-5);
    assertTrue(cycle.factor(99, 10, 10) > 4e-6 && cycle.factor(99, 10, 10) < 1e-3);

    Schedule warm = Schedule.CONSTANT.warmUp(2);
    assertEquals(0.05, warm.factor(0, 10, 10), 1e-15);
    assertEquals(0.5, warm.factor(9, 10, 10), 1e-15);
    assertEquals(1, warm.factor(19, 10, 10));
    assertEquals(1, warm.factor(99, 10, 10));
    assertEquals(0.5 * cosine.factor(9, 10, 4), cosine.warmUp(2).factor(9, 10, 4), 1e-15);
  }

  /** The second epoch's steps of 1e-30 change nothing: the network is that of one epoch. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void everyStepTakesItsLearningRate(Device device) {
    List<Long> steps = new ArrayList<>();
    Schedule dying =
        (step, stepsOfEpoch, epochs) -> {
          steps.add(step);
          assertEquals(3, stepsOfEpoch);
          assertEquals(2, epochs);
          return step < 3 ? 1 : 1e-30;
        };
    try (Network one = network(device);
        Network two = network(device)) {
      new TrainingLoop().epochs(1).batch(16).l2(0.01f).train(one, EXAMPLES);
      new TrainingLoop().epochs(2).batch(16).l2(0.01f).schedule(dying).train(two, EXAMPLES);
      assertArrayEquals(one.values().toArray(), two.values().toArray());
    }
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L), steps);
  }

  /** Labels at random: the more is learned, the worse it gets on what is held out. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void stopsEarlyWithTheBestEpochsNetwork(Device device) {
    Dataset.Split data = Examples.noise(90, 6, 3).split(0.5, 1);
    for (float average : new float[] {0, 0.5f}) {
      try (Network network = network(device)) {
        History history =
            new TrainingLoop()
                .epochs(60)
                .batch(16)
                .optimizer(Optimizer.adam(0.02f))
                .averageWeights(average)
                .earlyStopping(EarlyStopping.byLoss(4))
                .train(network, data.training(), data.heldOut());
        double[] losses = history.heldOutLosses();
        int best = 0;
        for (int i = 1; i < losses.length; i++) {
          best = losses[i] < losses[best] ? i : best;
        }
        assertTrue(losses.length < 60, "never stopped");
        assertEquals(best + 1 + 4, losses.length);
        assertEquals(losses[best], Evaluation.of(network, data.heldOut()).loss());
      }
    }
    assertEquals(0, device.memoryBytes());
  }

  @Test
  void earlyStoppingNeedsExamplesHeldOut() {
    TrainingLoop loop = new TrainingLoop().earlyStopping(EarlyStopping.byAccuracy(3));
    try (Network network = network(Devices.require("java"))) {
      assertThrows(IllegalArgumentException.class, () -> loop.train(network, EXAMPLES));
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void theAverageIsJudgedAndKeptAndDisturbsNothing(Device device) {
    try (Network plain = network(device);
        Network averaged = network(device)) {
      TrainingLoop loop = new TrainingLoop().epochs(3).batch(16).optimizer(Optimizer.adam());
      double[] losses = loop.train(plain, EXAMPLES, EXAMPLES).dataLosses();
      loop.averageWeights(0.8f);
      History history = loop.train(averaged, EXAMPLES, EXAMPLES);
      assertArrayEquals(losses, history.dataLosses());
      assertEquals(
          history.last().heldOut().orElseThrow().loss(), Evaluation.of(averaged, EXAMPLES).loss());
      assertTrue(Evaluation.of(averaged, EXAMPLES).loss() > Evaluation.of(plain, EXAMPLES).loss());
    }
  }

  /** The penalties are told apart from the data loss, with the 1/2 of L2. */
  @Test
  void tellsTheRegularizationLoss() {
    try (Network network = network(Devices.require("java"))) {
      History history =
          new TrainingLoop().epochs(1).batch(16).l1(0.1f).l2(0.2f).train(network, EXAMPLES);
      double expected = 0;
      for (int layer = 0; layer < 2; layer++) {
        for (float weight : network.parameter(layer, Dense.WEIGHT).toArray()) {
          expected += 0.1f * Math.abs(weight) + 0.2f / 2 * weight * weight;
        }
      }
      assertEquals(expected, history.last().regularizationLoss(), 1e-6 * expected);
      assertTrue(history.last().loadNanos() > 0);
      assertTrue(history.last().loadNanos() < history.last().nanos());
    }
  }
}
