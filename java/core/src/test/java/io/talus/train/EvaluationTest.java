package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EvaluationTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";

  /** Class 3 neither occurs nor is predicted; class 2 occurs but is never predicted. */
  @Test
  void countsAndShares() {
    Evaluation evaluation =
        new Evaluation(
            0.5,
            4,
            new int[] {0, 0, 0, 1, 1, 2},
            new int[] {0, 0, 1, 1, 0, 0},
            new int[] {0, 0, 1, 0, 2, 3});
    assertArrayEquals(
        new int[][] {{2, 1, 0, 0}, {1, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}},
        evaluation.confusion());
    assertEquals(3, evaluation.correct());
    assertEquals(0.5, evaluation.accuracy());
    assertEquals(2 / 4.0, evaluation.precision(0));
    assertEquals(2 / 3.0, evaluation.recall(0));
    assertEquals(4 / 7.0, evaluation.f1(0));
    assertTrue(Double.isNaN(evaluation.precision(2)));
    assertEquals(0, evaluation.recall(2));
    assertEquals(0, evaluation.f1(2));
    assertTrue(Double.isNaN(evaluation.f1(3)));
    assertEquals((4 / 7.0 + 1 / 2.0 + 0) / 3, evaluation.macroF1(), 1e-15);
    assertEquals("50.00 % of 6 right, loss 0.5000", evaluation.toString());
    assertEquals(3 / 6.0, evaluation.topKAccuracy(1));
    assertEquals(4 / 6.0, evaluation.topKAccuracy(2));
    assertEquals(5 / 6.0, evaluation.topKAccuracy(3));
    assertEquals(1, evaluation.top5Accuracy());
    assertThrows(IllegalArgumentException.class, () -> evaluation.topKAccuracy(0));
  }

  @Test
  void countsOfSeveralAddUp() {
    Evaluation right = new Evaluation(0.5, 2, new int[] {0, 1, 1}, new int[] {0, 1, 1}, new int[3]);
    Evaluation wrong = new Evaluation(2.5, 2, new int[] {0}, new int[] {1}, new int[] {1});
    Evaluation both = Evaluation.together(List.of(right, wrong));
    assertEquals(4, both.rows());
    assertEquals(1, both.loss());
    assertEquals(0.75, both.accuracy());
    assertEquals(0.75, both.topKAccuracy(1));
    assertArrayEquals(new int[][] {{1, 1}, {0, 2}}, both.confusion());
  }

  /** More rows than a block, so that blocks meet, and a last block that is smaller. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void looksAtEveryRowOnce(Device device) {
    Dataset data = Examples.noise(2 * Inference.BLOCK_ROWS + 37, 6, 3);
    try (Network network =
        Network.builder(6).dense(5, Activation.TANH).classes(3).seed(2).build(device)) {
      Evaluation evaluation = Evaluation.of(network, data);
      DoubleNetwork exact = new DoubleNetwork(network, data.rows());
      assertEquals(exact.loss(data, data.rows()), evaluation.loss(), 1e-6);
      Predictions predictions = network.predict(data);
      assertEquals(data.rows(), predictions.rows());
      int correct = 0;
      double logLoss = 0;
      for (int row = 0; row < data.rows(); row++) {
        float[] probabilities = predictions.probabilities(row);
        assertEquals(1, probabilities[0] + probabilities[1] + probabilities[2], 1e-6);
        assertEquals(
            predictions.confidence(row),
            Math.max(Math.max(probabilities[0], probabilities[1]), probabilities[2]));
        correct += predictions.predictedClass(row) == data.label(row) ? 1 : 0;
        logLoss -= Math.log(predictions.probability(row, data.label(row)));
      }
      assertEquals(correct, evaluation.correct());
      assertEquals(evaluation.accuracy(), evaluation.topKAccuracy(1));
      assertEquals(shareAmongTwo(predictions, data), evaluation.topKAccuracy(2));
      assertEquals(logLoss / data.rows(), evaluation.loss(), 1e-6);
      assertEquals(0, memoryBeside(device, network), "inference must give its memory back");
    }
  }

  /** Of examples whose class is not the least probable of three; no two are equal here. */
  private static double shareAmongTwo(Predictions predictions, Dataset data) {
    int found = 0;
    for (int row = 0; row < data.rows(); row++) {
      float[] sorted = predictions.probabilities(row);
      Arrays.sort(sorted);
      found += predictions.probability(row, data.label(row)) > sorted[0] ? 1 : 0;
    }
    return (double) found / data.rows();
  }

  private static long memoryBeside(Device device, Network network) {
    return device.memoryBytes() - network.values().bytes();
  }

  @Test
  void predictsAsForOneRowAlone() {
    Device device = Devices.best();
    Dataset data = Examples.noise(9, 6, 3);
    try (Network network =
        Network.builder(6).dense(5, Activation.RELU).classes(3).seed(2).build(device)) {
      Predictions all = network.predict(data);
      for (int row = 0; row < data.rows(); row++) {
        Predictions one = network.predict(data.range(row, row + 1).features());
        assertEquals(all.predictedClass(row), one.predictedClass(0));
        assertArrayEquals(all.probabilities(row), one.probabilities(0), 1e-6f);
      }
    }
  }

  /** As they come: normalized by what the network keeps. */
  @Test
  void predictsRawFeaturesByTheNetworksNormalization() {
    Device device = Devices.best();
    Dataset raw = Examples.noise(9, 6, 3);
    Normalization normalization =
        Normalization.of(6, new float[] {1, 2, 3, 4, 5, 6}, new float[] {1, 2, 3, 4, 5, 6});
    NetworkBuilder described = Network.builder(6).dense(5, Activation.RELU).classes(3).seed(2);
    try (Network network = described.normalization(normalization).build(device);
        Network bare = described.normalization(null).build(device)) {
      float[] features = raw.features();
      Predictions expected = network.predict(normalization.apply(raw));
      Predictions found = network.predictRaw(features);
      assertArrayEquals(raw.features(), features, "what is handed in stays as it is");
      for (int row = 0; row < 9; row++) {
        assertArrayEquals(expected.probabilities(row), found.probabilities(row));
        assertArrayEquals(
            bare.predict(features).probabilities(row),
            bare.predictRaw(features).probabilities(row));
      }
      assertArrayEquals(normalization.apply(raw).features(), network.normalized(raw).features());
      assertEquals(
          Evaluation.of(network, network.normalized(raw)).loss(),
          Evaluation.of(network, network.normalized((ExampleSource) raw)).loss());
      assertSame(raw, bare.normalized(raw));
      assertThrows(IllegalArgumentException.class, () -> network.predictRaw(new float[7]));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Device device = Devices.require("java");
    try (Network network = Network.builder(6).classes(3).build(device)) {
      assertEquals(
          "predict: 7 values do not make rows of 6 features",
          assertThrows(IllegalArgumentException.class, () -> network.predict(new float[7]))
              .getMessage());
      assertThrows(IllegalArgumentException.class, () -> network.predict(new float[0]));
      float[] two = new float[12];
      two[10] = Float.NaN;
      assertEquals(
          "predict: feature 4 of row 1 is NaN",
          assertThrows(IllegalArgumentException.class, () -> network.predict(two)).getMessage());
      assertThrows(
          IllegalArgumentException.class, () -> Evaluation.of(network, Examples.noise(3, 5, 3)));
      assertThrows(
          IndexOutOfBoundsException.class, () -> network.predict(new float[6]).probability(0, 3));
    }
    Network closed = Network.builder(6).classes(3).build(device);
    closed.close();
    assertThrows(IllegalStateException.class, () -> closed.predict(new float[6]));
  }
}
