package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddingLayerTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final int LEFT = 9;
  private static final int RIGHT = 7;
  private static final int CLASSES = 4;

  private final Device java = Devices.require("java");
  @TempDir Path folder;

  private static Network network(Device device) {
    return Network.builder(2)
        .embedding(List.of(LEFT, RIGHT), 6)
        .dropout(0.1f)
        .dense(24, Activation.TANH)
        .classes(CLASSES)
        .seed(3)
        .build(device);
  }

  /** Every pair of ids; its class says nothing of how large they are. */
  private static Dataset pairs() {
    float[] ids = new float[LEFT * RIGHT * 2];
    int[] labels = new int[LEFT * RIGHT];
    for (int i = 0; i < labels.length; i++) {
      int left = i / RIGHT;
      int right = i % RIGHT;
      ids[2 * i] = left;
      ids[2 * i + 1] = right;
      labels[i] = (left * left + 3 * right * left + right) % CLASSES;
    }
    return Dataset.of(ids, labels, CLASSES);
  }

  private static TrainingLoop loop() {
    return new TrainingLoop().batch(16).optimizer(Optimizer.adam(0.02f)).seed(4);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void learnsWhatNumbersDoNotSay(Device device) {
    Dataset pairs = pairs();
    try (Network ofIds = network(device);
        Network ofNumbers =
            Network.builder(2).dense(24, Activation.TANH).classes(CLASSES).build(device)) {
      loop().epochs(60).train(ofIds, pairs);
      loop().epochs(60).train(ofNumbers, pairs);
      double accuracy = Evaluation.of(ofIds, pairs).accuracy();
      assertTrue(accuracy > 0.97, () -> "vectors of ids get " + accuracy);
      double numbers = Evaluation.of(ofNumbers, pairs).accuracy();
      assertTrue(numbers < 0.75, () -> "the ids as numbers get " + numbers);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void goesOnToTheSameBitsFromACheckpointAndAFile(Device device) throws IOException {
    Path file = folder.resolve("c");
    try (Network whole = network(device);
        Network stopped = network(device);
        Network resumed = network(device)) {
      loop().epochs(4).train(whole, pairs());
      loop().epochs(2).checkpoint(file).train(stopped, pairs());
      loop().epochs(4).resumeFrom(file).train(resumed, pairs());
      assertArrayEquals(whole.values().toArray(), resumed.values().toArray());
      whole.save(file);
      try (Network loaded = Network.load(file, device)) {
        assertEquals(whole.layers(), loaded.layers());
        assertArrayEquals(
            whole.predict(pairs()).probabilities(11), loaded.predict(pairs()).probabilities(11));
        assertArrayEquals(whole.features(0, 8, 6), row(whole, 8, LEFT + 6));
      }
    }
  }

  /** Two rows of the table, one after the other. */
  private static float[] row(Network network, int left, int right) {
    float[] table = network.parameter(0, 0).toArray();
    float[] both = Arrays.copyOfRange(table, left * 6, left * 6 + 12);
    System.arraycopy(table, right * 6, both, 6, 6);
    return both;
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void whatNoIdPointsToStaysAsItWas(Device device) {
    Dataset first = pairs().range(0, RIGHT);
    try (Network network = network(device)) {
      float[] before = network.parameter(0, 0).toArray();
      new TrainingLoop().epochs(2).batch(5).optimizer(Optimizer.sgd()).train(network, first);
      float[] after = network.parameter(0, 0).toArray();
      assertFalse(Arrays.equals(Arrays.copyOf(before, 6), Arrays.copyOf(after, 6)));
      assertArrayEquals(
          Arrays.copyOfRange(before, 6, LEFT * 6), Arrays.copyOfRange(after, 6, LEFT * 6));
    }
  }

  @Test
  void vectorsBeginWithALengthOfOne() {
    try (Network network =
        Network.builder(1).embedding(3000, 25).classes(2).seed(8).build(Devices.best())) {
      double squares = 0;
      for (float value : network.parameter(0, 0).toArray()) {
        squares += value * value;
      }
      // 75,000 squares of deviation sqrt(2) / 25.
      assertEquals(1, squares / 3000, 5 * Math.sqrt(2.0 / 75_000));
    }
  }

  @Test
  void isSummedUp() {
    try (Network network = network(java)) {
      assertEquals(
          "embedding 9 + 7 to 6; dropout 0.1; dense 12 to 24, tanh; dense 24 to 4 (508 parameters)",
          network.toString());
      NetworkSummary.Line line = network.summary().layers().get(0);
      assertEquals(96, line.parameters());
      assertEquals(0, line.flops());
      assertEquals(48, line.outputBytes());
    }
    EmbeddingLayer words = new EmbeddingLayer(3, List.of(10), 4);
    assertArrayEquals(new int[] {0, 10, 0, 10, 0, 10}, words.spans());
    assertArrayEquals(
        new int[] {0, 5, 5, 6, 6, 9}, new EmbeddingLayer(3, List.of(5, 1, 3), 4).spans());
  }

  private static void assertRefused(String expected, Executable what) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void whatIsNoIdIsToldWithItsPlace() {
    float[] ids = pairs().features();
    ids[2 * 17 + 1] = RIGHT;
    Dataset wrong = Dataset.of(ids, pairs().labels(), CLASSES);
    String place =
        "feature 1 of row 17 is 7.0, but the network takes ids there: whole numbers of 0 to 6,"
            + " not normalized";
    try (Network network = network(java)) {
      float[] before = network.values().toArray();
      assertRefused("training: " + place, () -> loop().train(network, wrong));
      assertRefused("evaluation: " + place, () -> Evaluation.of(network, wrong));
      assertRefused("predict: " + place, () -> network.predict(wrong));
      assertRefused("row 1 is -1.0", () -> network.predict(0, 0, -1, 0));
      assertRefused("row 0 is 0.5", () -> network.predict(0.5f, 0));
      assertRefused("row 0 is NaN", () -> network.features(1, 0, Float.NaN));
      assertArrayEquals(before, network.values().toArray());
      assertRefused("training: " + place, () -> loop().train(network, streamed(wrong)));
      assertRefused("evaluation: " + place, () -> Evaluation.of(network, streamed(wrong)));
      assertRefused("predict: " + place, () -> network.predict(streamed(wrong)));
    }
  }

  /** The same, read as it is needed. */
  private static ExampleSource streamed(Dataset all) {
    return new ExampleSource() {
      @Override
      public int rows() {
        return all.rows();
      }

      @Override
      public int inputs() {
        return all.inputs();
      }

      @Override
      public int classes() {
        return all.classes();
      }

      @Override
      public Optional<ImageShape> image() {
        return Optional.empty();
      }

      @Override
      public int label(int row) {
        return all.label(row);
      }

      @Override
      public void read(int row, float[] target, int at) {
        all.read(row, target, at);
      }
    };
  }

  @Test
  void whatCannotBeIsRefused() {
    assertRefused(
        "embedding 5 to 2: it takes ids, which have no gradient, so it must be the network's first"
            + " layer",
        () -> Network.builder(2).dropout(0.5f).embedding(5, 2));
    assertRefused(
        "must be the network's first layer",
        () -> Network.builder(2).residual(Activation.RELU, body -> body.embedding(5, 1)));
    assertRefused(
        "takes ids, not normalized",
        () ->
            Network.builder(2)
                .embedding(5, 2)
                .classes(2)
                .normalization(Normalization.of(pairs()))
                .build(java));
    try (Network network = network(java)) {
      assertRefused(
          "mixup: the network takes ids",
          () -> loop().mixup(new Mixup(1, 1)).train(network, pairs()));
    }
    assertRefused("0 columns of ids", () -> new EmbeddingLayer(0, List.of(3), 2));
    assertRefused("0 dimensions", () -> new EmbeddingLayer(1, List.of(3), 0));
    assertRefused(
        "1073741824 columns of 2 dimensions; expected at most 1073741824 values",
        () -> new EmbeddingLayer(1 << 30, List.of(3), 2));
    assertRefused("2 vocabularies for 3", () -> new EmbeddingLayer(3, List.of(3, 3), 1));
    assertRefused("a vocabulary of 16777217", () -> new EmbeddingLayer(1, List.of(16777217), 1));
    assertRefused(
        "2147483648 ids in all",
        () -> new EmbeddingLayer(128, Collections.nCopies(128, 1 << 24), 1));
  }

  @Test
  void descriptionsThatPutItElsewhereAreRefused() {
    String dense = "{\"kind\":\"dense\",\"inputs\":2,\"outputs\":2,\"activation\":\"relu\"}";
    String ids = "{\"kind\":\"embedding\",\"columns\":2,\"vocabularies\":[5],\"dimensions\":1}";
    assertRefused(
        "must be the network's first layer",
        () -> LayerDescription.fromJson("{\"version\":1,\"layers\":[" + dense + "," + ids + "]}"));
    assertRefused(
        "a vocabulary of -1 ids",
        () ->
            LayerDescription.fromJson(
                "{\"version\":1,\"layers\":[" + ids.replace("5", "\"5\"") + "]}"));
  }
}
