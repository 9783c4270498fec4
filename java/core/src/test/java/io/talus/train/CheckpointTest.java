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
import io.talus.data.MalformedFileException;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.op.ImageChanges;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final ImageShape IMAGE = new ImageShape(6, 5, 2);
  private static final Augmentation AUGMENTATION =
      new Augmentation(IMAGE, ImageChanges.NONE.mirrored().shifted(1), 9);
  private static final Dataset TRAINING = images(40);
  private static final Dataset HELD_OUT = images(20);
  private static final int BATCHES = 3;

  private final Device java = Devices.require("java");
  @TempDir Path folder;

  private static Dataset images(int rows) {
    Dataset noise = Examples.noise(rows, IMAGE.size(), 3);
    return Dataset.ofImages(noise.features(), noise.labels(), 3, IMAGE);
  }

  /**
   * With dropout, batch normalization, pooling, recurrent layers: all that draws or keeps
   * something.
   */
  private static Network network(Device device) {
    return Network.builder(IMAGE)
        .convolution(4, Window.of(3, 3).padding(1, 1), Activation.IDENTITY)
        .batchNorm(Activation.RELU)
        .pool(PoolFunction.MAX, Window.of(2, 2).stride(2, 2))
        .gruSequence(5)
        .lstm(7)
        .dropout(0.3f)
        .dense(8, Activation.TANH)
        .classes(3)
        .seed(5)
        .build(device);
  }

  private static TrainingLoop loop(Optimizer optimizer) {
    return new TrainingLoop().epochs(4).batch(16).seed(9).optimizer(optimizer);
  }

  private static List<TrainingLoop> loops() {
    return List.of(
        loop(Optimizer.sgd()),
        loop(Optimizer.nesterov(0.05f, 0.9f))
            .schedule(Schedule.oneCycle())
            .clipNorm(1)
            .augment(AUGMENTATION),
        loop(Optimizer.adamW(0.01f, 0.1f)).averageWeights(0.9f).labelSmoothing(0.1f),
        loop(Optimizer.adam(0.01f)).earlyStopping(EarlyStopping.byLoss(9)).l2(0.01f).l1(0.01f),
        loop(Optimizer.randomLocalSearch(0.01f, 3)));
  }

  /** Stops a training after so many batches of all, and goes on with another network. */
  private void assertSameAsNeverStopped(
      TrainingLoop loop, Device device, ExampleSource examples, int stopAfter) {
    Path file = folder.resolve("c" + stopAfter);
    try (Network whole = network(device);
        Network stopped = network(device);
        Network resumed = network(device)) {
      History expected = loop.train(whole, examples, HELD_OUT);
      AtomicInteger batches = new AtomicInteger();
      loop.checkpoint(file).stopWhen(() -> batches.incrementAndGet() >= stopAfter);
      History first = loop.train(stopped, examples, HELD_OUT);
      assertTrue(first.epochs().size() < expected.epochs().size());

      loop.stopWhen(() -> false).resumeFrom(file);
      History actual = loop.train(resumed, examples, HELD_OUT);
      assertArrayEquals(whole.values().toArray(), resumed.values().toArray());
      assertArrayEquals(expected.dataLosses(), actual.dataLosses());
      assertArrayEquals(expected.heldOutLosses(), actual.heldOutLosses());
      for (int i = 0; i < expected.epochs().size(); i++) {
        EpochResult epoch = actual.epochs().get(i);
        assertEquals(expected.epochs().get(i).toString(), epoch.toString());
        assertArrayEquals(
            expected.epochs().get(i).heldOut().orElseThrow().confusion(),
            epoch.heldOut().orElseThrow().confusion());
        assertEquals(
            expected.epochs().get(i).heldOut().orElseThrow().topKAccuracy(2),
            epoch.heldOut().orElseThrow().topKAccuracy(2));
      }
    }
    loop.checkpoint(null).resumeFrom(null);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void aResumedTrainingHasTheBitsOfOneNeverStopped(Device device) {
    for (TrainingLoop loop : loops()) {
      // Within the second epoch. isStopped is asked once more at an epoch's end.
      assertSameAsNeverStopped(loop, device, TRAINING, BATCHES + 3);
    }
    assertSameAsNeverStopped(loops().get(2), device, TRAINING, BATCHES + 1); // at the first's end
    assertSameAsNeverStopped(loops().get(2), device, TRAINING, 1); // after the very first batch
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void soDoesOneWhoseExamplesAreReadAheadOrAreOneBatch(Device device) {
    ExampleSource streamed = Normalization.of(TRAINING).apply((ExampleSource) TRAINING);
    assertSameAsNeverStopped(loops().get(1), device, streamed, BATCHES + 3);
    assertSameAsNeverStopped(loops().get(2).batch(40), device, TRAINING, 3);
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void aCheckpointGoesFromDeviceToDevice(Device device) throws IOException {
    for (List<Device> way : List.of(List.of(device, java), List.of(java, device))) {
      Path file = folder.resolve("moved");
      try (Network trained = network(way.get(0))) {
        TrainingLoop loop = loops().get(2);
        loop.epochs(1).checkpoint(file).train(trained, TRAINING, HELD_OUT);
        try (Network elsewhere = Network.load(file, way.get(1))) {
          History history = loop.epochs(2).resumeFrom(file).train(elsewhere, TRAINING, HELD_OUT);
          assertEquals(2, history.epochs().size());
          assertTrue(Double.isFinite(history.last().dataLoss()));
        }
      }
    }
  }

  @Test
  void aFinishedTrainingGivesItsNetworkAgain() {
    Path file = folder.resolve("done");
    for (TrainingLoop loop : loops()) {
      try (Network trained = network(java);
          Network again = network(java)) {
        loop.checkpoint(file).train(trained, TRAINING, HELD_OUT);
        loop.resumeFrom(file).train(again, TRAINING, HELD_OUT);
        assertArrayEquals(trained.values().toArray(), again.values().toArray());
      }
    }
  }

  @Test
  void keepsTheLastGoodOneWhenTheLossIsLost() throws IOException {
    Path file = folder.resolve("good");
    Dataset poison = Dataset.of(new float[] {1e38f, -1e38f, 1, 2}, new int[] {0, 1}, 2);
    Dataset sane = Dataset.of(new float[] {1, 2, 3, 4}, new int[] {0, 1}, 2);
    try (Network network = Network.builder(2).dense(3, Activation.RELU).classes(2).build(java)) {
      TrainingLoop loop = new TrainingLoop().epochs(1).batch(2).checkpoint(file);
      loop.train(network, sane);
      byte[] kept = Files.readAllBytes(file);
      float[] before = network.values().toArray();
      loop.epochs(9).resumeFrom(file).optimizer(Optimizer.sgd(1e38f));
      TrainingDivergedException diverged =
          assertThrows(TrainingDivergedException.class, () -> loop.train(network, poison));
      assertTrue(diverged.getMessage().contains(file.toString()), diverged.getMessage());
      assertEquals(2, diverged.epoch());
      assertArrayEquals(kept, Files.readAllBytes(file));
      assertArrayEquals(before, network.values().toArray());
    }
  }

  @Test
  void refusesWhatIsDamaged() throws IOException {
    Path file = folder.resolve("whole");
    Dataset data = Dataset.of(new float[] {1, 2, 3, 4}, new int[] {0, 1}, 2);
    TrainingLoop loop = new TrainingLoop().epochs(1).batch(2).optimizer(Optimizer.adam());
    try (Network network = Network.builder(2).classes(2).build(java)) {
      loop.checkpoint(file).train(network, data);
      byte[] whole = Files.readAllBytes(file);
      float[] before = network.values().toArray();
      Path bad = folder.resolve("bad");
      loop.checkpoint(null).epochs(2).resumeFrom(bad);
      for (int length = 0; length < whole.length; length += 11) {
        Files.write(bad, Arrays.copyOf(whole, length));
        refused(loop, network, data, bad);
      }
      for (int at = 0; at < whole.length; at += 3) {
        byte[] flipped = whole.clone();
        flipped[at] ^= 1;
        Files.write(bad, flipped);
        refused(loop, network, data, bad);
      }
      assertArrayEquals(before, network.values().toArray(), "nothing was changed");
    }
  }

  private static String refused(TrainingLoop loop, Network network, Dataset data, Path file) {
    UncheckedIOException refused =
        assertThrows(UncheckedIOException.class, () -> loop.train(network, data));
    assertEquals(MalformedFileException.class, refused.getCause().getClass());
    assertTrue(refused.getMessage().startsWith(file + ": "), refused.getMessage());
    return refused.getMessage();
  }

  @Test
  void refusesCheckpointsOfSomethingElse() throws IOException {
    Path file = folder.resolve("other");
    Dataset data = Dataset.of(new float[] {1, 2, 3, 4}, new int[] {0, 1}, 2);
    Dataset three = Dataset.of(new float[] {1, 2, 3, 4, 5, 6}, new int[] {0, 1, 0}, 2);
    TrainingLoop loop = new TrainingLoop().epochs(1).batch(2).optimizer(Optimizer.adam());
    try (Network network = Network.builder(2).classes(2).build(java);
        Network other = Network.builder(2).dense(4, Activation.RELU).classes(2).build(java)) {
      loop.checkpoint(file).train(network, data);
      loop.checkpoint(null).resumeFrom(file).epochs(2);
      float[] untouched = other.values().toArray();
      assertTrue(refused(loop, other, data, file).contains("another network"));
      assertArrayEquals(untouched, other.values().toArray());
      assertTrue(
          refused(loop, network, three, file)
              .endsWith("the number of examples is 2 there, 3 here"));
      assertTrue(refused(loop.seed(4), network, data, file).endsWith("seed is 0 there, 4 here"));
      loop.seed(0).optimizer(Optimizer.sgd());
      assertTrue(refused(loop, network, data, file).endsWith("is [m, v] there, [] here"));
      network.save(file);
      assertTrue(refused(loop, network, data, file).endsWith("no checkpoint"));
    }
  }

  @Test
  void isANetworkTooWithItsNormalization() throws IOException {
    Path file = folder.resolve("both");
    Normalization normalization = Normalization.of(TRAINING);
    try (Network network =
        Network.builder(IMAGE).classes(3).normalization(normalization).build(java)) {
      Dataset normal = normalization.apply(TRAINING);
      loop(Optimizer.adam()).checkpoint(file).train(network, normal);
      try (Network loaded = Network.load(file, java)) {
        Normalization found = loaded.normalization().orElseThrow();
        assertArrayEquals(normalization.means(), found.means());
        assertArrayEquals(normalization.deviations(), found.deviations());
        assertArrayEquals(
            network.predict(normal).probabilities(3),
            loaded.predict(found.apply(TRAINING)).probabilities(3));
      }
    }
    try (Network network = network(java)) {
      network.save(file);
      try (Network loaded = Network.load(file, java)) {
        assertFalse(loaded.normalization().isPresent());
      }
    }
  }
}
