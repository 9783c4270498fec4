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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ViewsTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final ImageShape IMAGE = new ImageShape(3, 4, 2);

  private static Network network(Device device) {
    return Network.builder(IMAGE).dense(7, Activation.TANH).classes(3).seed(2).build(device);
  }

  /** The examples seen otherwise, by a description of its own: what pixel (row, column) was. */
  private static Dataset seen(Dataset data, int down, int right, boolean mirrored) {
    float[] features = new float[data.rows() * IMAGE.size()];
    for (int i = 0; i < features.length; i++) {
      int row = Math.min(2, Math.max(0, i / 8 % 3 - down));
      int column = Math.min(3, Math.max(0, i / 2 % 4 - right));
      column = mirrored ? 3 - column : column;
      features[i] = data.feature(i / IMAGE.size(), (row * 4 + column) * 2 + i % 2);
    }
    return Dataset.of(features, data.labels(), data.classes());
  }

  /** More rows than a block. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void theMeanOverAllViewsCounts(Device device) {
    Dataset data = Examples.noise(Inference.BLOCK_ROWS + 5, IMAGE.size(), 3);
    Views views = Views.of(IMAGE).mirrored().shifted(1);
    int[][] moves = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    assertEquals(10, views.count());
    try (Network network = network(device)) {
      double[][] mean = new double[data.rows()][3];
      for (int[] move : moves) {
        for (boolean mirrored : new boolean[] {false, true}) {
          Predictions one = network.predict(seen(data, move[0], move[1], mirrored));
          for (int row = 0; row < data.rows(); row++) {
            for (int c = 0; c < 3; c++) {
              mean[row][c] += one.probability(row, c) / 10;
            }
          }
        }
      }
      Predictions found = network.predict(data, views);
      Evaluation evaluation = Evaluation.of(network, data, views);
      double loss = 0;
      int right = 0;
      for (int row = 0; row < data.rows(); row++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(mean[row][c], found.probability(row, c), 4e-6);
        }
        loss -= Math.log(mean[row][data.label(row)]) / data.rows();
        right += found.predictedClass(row) == data.label(row) ? 1 : 0;
      }
      assertEquals(loss, evaluation.loss(), 1e-5);
      assertEquals(right, evaluation.correct());
      assertTrue(
          Math.abs(Evaluation.of(network, data).loss() - loss) > 1e-4, "views change nothing");
    }
  }

  @Test
  void oneViewIsTheExampleItself() {
    Dataset data = Examples.noise(20, IMAGE.size(), 3);
    try (Network network = network(Devices.require("java"))) {
      Predictions plain = network.predict(data);
      Predictions viewed = network.predict(data, Views.of(IMAGE));
      for (int row = 0; row < 20; row++) {
        assertArrayEquals(plain.probabilities(row), viewed.probabilities(row), 1e-6f);
      }
    }
  }

  /** Where float32 holds a class impossible, the loss is large, not infinite. */
  @Test
  void theLossStaysFinite() {
    Dataset data = Examples.noise(50, IMAGE.size(), 3);
    try (Network network = network(Devices.require("java"))) {
      network.parameter(1, Dense.BIAS).copyFrom(1000, 0, 0);
      double loss = Evaluation.of(network, data, Views.of(IMAGE)).loss();
      assertTrue(Double.isFinite(loss) && loss > 20, () -> "loss " + loss);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThrows(IllegalArgumentException.class, () -> Views.of(IMAGE).shifted(3));
    assertThrows(IllegalArgumentException.class, () -> Views.of(IMAGE).shifted(-1));
    Device device = Devices.require("java");
    long before = device.memoryBytes();
    try (Network network = network(device)) {
      Dataset data = Examples.noise(4, IMAGE.size(), 3);
      Views other = Views.of(new ImageShape(3, 3, 1));
      String expected = "views: images of 3x3x1 have 9 values; the network takes 24";
      assertEquals(
          expected,
          assertThrows(IllegalArgumentException.class, () -> Evaluation.of(network, data, other))
              .getMessage());
      assertEquals(
          expected,
          assertThrows(IllegalArgumentException.class, () -> network.predict(data, other))
              .getMessage());
    }
    assertEquals(before, device.memoryBytes());
  }
}
