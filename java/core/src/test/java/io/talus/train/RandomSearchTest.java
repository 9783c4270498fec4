package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RandomSearchTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final Dataset SPIRAL = Examples.spiral(20);

  private static Network network(Device device) {
    return Network.builder(2).dense(10, Activation.RELU).classes(3).seed(4).build(device);
  }

  private static History search(Network network, Optimizer optimizer, int tries) {
    return new TrainingLoop()
        .epochs(tries)
        .batch(SPIRAL.rows())
        .optimizer(optimizer)
        .train(network, SPIRAL);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void theBestTryStaysAndNothingGetsWorse(Device device) {
    for (Optimizer optimizer :
        new Optimizer[] {Optimizer.randomSearch(1, 3), Optimizer.randomLocalSearch(0.1f, 3)}) {
      try (Network network = network(device);
          Network again = network(device)) {
        double[] losses = search(network, optimizer, 60).dataLosses();
        int improvements = 0;
        for (int i = 1; i < losses.length; i++) {
          assertTrue(losses[i] <= losses[i - 1], "worse in try " + i);
          improvements += losses[i] < losses[i - 1] ? 1 : 0;
        }
        assertTrue(improvements > 2 && improvements < 59, "got better in " + improvements);
        assertEquals(
            losses[59], Evaluation.of(network, SPIRAL).loss(), 1e-6, "not the best one's network");
        search(again, optimizer, 60);
        assertArrayEquals(network.values().toArray(), again.values().toArray());
      }
    }
    assertEquals(0, device.memoryBytes());
  }

  /** A hundred small steps lead on; a hundred draws around 0 of that size lead nowhere. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void aLocalSearchGoesOnFromTheBest(Device device) {
    try (Network network = network(device);
        Network other = network(device)) {
      double local = search(network, Optimizer.randomLocalSearch(0.1f, 1), 100).last().dataLoss();
      double alone = search(other, Optimizer.randomSearch(0.1f, 1), 100).last().dataLoss();
      assertTrue(local < alone - 0.05, () -> "local " + local + ", alone " + alone);
    }
  }

  /** 40 weights and 23 biases: their deviation is that of the draws, give or take 3 of its own. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void drawsWhatWasAskedForAndLeavesGapsAlone(Device device) {
    try (Network network = network(device)) {
      search(network, Optimizer.randomSearch(0.01f, 9), 1);
      double squares = 0;
      int count = 0;
      for (int layer = 0; layer < 2; layer++) {
        for (int parameter = 0; parameter < 2; parameter++) {
          for (float value : network.parameter(layer, parameter).toArray()) {
            squares += value * value;
            count++;
          }
        }
      }
      assertEquals(63, count);
      assertEquals(0.01, Math.sqrt(squares / count), 3 * 0.01 / Math.sqrt(2 * count));
      double all = 0;
      for (float value : network.values().toArray()) {
        all += value * value;
      }
      assertEquals(squares, all, 1e-12, "something lies between the parameters");
    }
  }

  /** A drawn variance could be below 0, and no longer of what is seen. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void leavesWhatALayerItselfKeepsToTheLayer(Device device) {
    for (Optimizer optimizer :
        new Optimizer[] {Optimizer.randomSearch(1, 3), Optimizer.randomLocalSearch(1, 3)}) {
      try (Network network =
          Network.builder(2).batchNorm(Activation.IDENTITY).classes(3).build(device)) {
        search(network, optimizer, 9);
        double[] square = new double[2];
        double[] mean = new double[2];
        for (int row = 0; row < SPIRAL.rows(); row++) {
          for (int i = 0; i < 2; i++) {
            mean[i] += SPIRAL.feature(row, i) / SPIRAL.rows();
            square[i] += SPIRAL.feature(row, i) * SPIRAL.feature(row, i);
          }
        }
        float[] variances = network.parameter(0, BatchNormLayer.RUNNING_VARIANCE).toArray();
        for (int i = 0; i < 2; i++) {
          double variance = (square[i] - SPIRAL.rows() * mean[i] * mean[i]) / (SPIRAL.rows() - 1);
          assertTrue(
              variances[i] < 1 && variances[i] > variance,
              "between 1, where it begins, and " + variance + ": " + variances[i]);
        }
      }
    }
  }

  @Test
  void goesByTheDataLossAlone() {
    TrainingLoop loop = new TrainingLoop().optimizer(Optimizer.randomSearch(1, 1));
    assertThrows(IllegalArgumentException.class, () -> loop.l2(0.1f));
    assertThrows(IllegalArgumentException.class, () -> loop.clipNorm(1));
    assertThrows(IllegalArgumentException.class, () -> Optimizer.randomSearch(0, 1));
  }
}
