package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.data.Shuffle;
import io.talus.op.Activation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamingFeedTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final Dataset EXAMPLES = Examples.noise(70, 12, 5);

  private static Network network(Device device) {
    return Network.builder(12).dense(40, Activation.RELU).classes(5).seed(1).build(device);
  }

  /** The same examples, but none that a feed could keep on the device. */
  private record Streamed(Dataset data, IntUnaryOperator beforeReading) implements ExampleSource {
    Streamed() {
      this(EXAMPLES, row -> row);
    }

    @Override
    public int rows() {
      return data.rows();
    }

    @Override
    public int inputs() {
      return data.inputs();
    }

    @Override
    public int classes() {
      return data.classes();
    }

    @Override
    public Optional<ImageShape> image() {
      return data.image();
    }

    @Override
    public int label(int row) {
      return data.label(row);
    }

    @Override
    public void read(int row, float[] target, int at) {
      data.read(beforeReading.applyAsInt(row), target, at);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void givesTheBitsOfExamplesKeptOnTheDevice(Device device) {
    assertArrayEquals(trained(device, EXAMPLES), trained(device, new Streamed()));
    Normalization normalization = Normalization.of(EXAMPLES);
    assertArrayEquals(
        trained(device, normalization.apply(EXAMPLES)),
        trained(device, normalization.apply((ExampleSource) new Streamed())));
    assertEquals(0, device.memoryBytes());
  }

  private static float[] trained(Device device, ExampleSource examples) {
    try (Network network = network(device)) {
      new TrainingLoop().epochs(3).batch(16).seed(3).train(network, examples, EXAMPLES);
      return network.values().toArray();
    }
  }

  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void givesTheSameBitsForAnyNumberOfReaders(Device device) {
    float[] kept = trained(device, EXAMPLES);
    for (int readers : new int[] {1, 2, 5, 40}) {
      try (Network network = network(device)) {
        new TrainingLoop()
            .epochs(3)
            .batch(16)
            .seed(3)
            .readers(readers)
            .train(network, new Streamed(), new Streamed());
        assertArrayEquals(kept, network.values().toArray(), readers + " readers");
      }
    }
    assertEquals(0, device.memoryBytes());
    assertThrows(IllegalArgumentException.class, () -> new TrainingLoop().readers(0));
  }

  /** Nobody gets a row before four are wanted at the same time. */
  @Test
  void readersReadAtTheSameTime() {
    CountDownLatch four = new CountDownLatch(4);
    ExampleSource waiting =
        new Streamed(
            EXAMPLES,
            row -> {
              four.countDown();
              try {
                assertTrue(four.await(1, TimeUnit.MINUTES), "only some read");
              } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
              }
              return row;
            });
    Device device = Devices.require("java");
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 32, Optimizer.sgd(), 0);
        StreamingFeed feed = new StreamingFeed(waiting, step, 4)) {
      assertEquals(32, feed.load(0));
      for (int row = 0; row < 32; row++) {
        assertEquals(EXAMPLES.feature(row, 11), step.inputs().get(row, 11));
        assertEquals(EXAMPLES.label(row), step.targets().toArray()[row]);
      }
    }
  }

  @Test
  void epochsBeginAgainWhileSeveralRead() {
    Device device = Devices.require("java");
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 8, Optimizer.sgd(), 0);
        StreamingFeed feed = new StreamingFeed(new Streamed(), step, 3)) {
      for (int epoch = 1; epoch < 200; epoch++) {
        feed.shuffle(1, epoch);
        int[] order = new int[70];
        Arrays.setAll(order, row -> row);
        Shuffle.shuffle(order, 1, epoch);
        for (int batch = 0; batch < 1 + epoch % 9; batch++) {
          int rows = feed.load(batch);
          assertEquals(batch < 8 ? 8 : 6, rows);
          assertEquals(
              EXAMPLES.feature(order[batch * 8 + rows - 1], 3), step.inputs().get(rows - 1, 3));
        }
      }
    }
  }

  static Stream<Device> devicesForSpeed() {
    return TrainDevices.all().filter(device -> !device.name().equals("java"));
  }

  /** The compilers leave a little; the smallest object in each step would be 16,000 bytes. */
  private static final long LESS_THAN_AN_OBJECT_A_STEP = 8_000;

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("devicesForSpeed")
  void allocatesNothingOnEitherThread(Device device) throws ReflectiveOperationException {
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 16, Optimizer.adam(), 1e-4f);
        StreamingFeed feed = new StreamingFeed(EXAMPLES, step)) {
      steps(step, feed, 2000);
      Thread reader =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().equals("talus-feed"))
              .findAny()
              .orElseThrow();
      Allocations allocations = new Allocations();
      long measuring = allocations.during(() -> {});
      long here = allocations.during(() -> steps(step, feed, 1000)) - measuring;
      assertTrue(
          here < LESS_THAN_AN_OBJECT_A_STEP, () -> here + " bytes on the heap in 1000 steps");
      long there = allocations.during(reader, () -> steps(step, feed, 1000));
      assertTrue(
          there < LESS_THAN_AN_OBJECT_A_STEP,
          () -> there + " bytes on the heap while reading 1000 batches");
    }
  }

  private static void steps(TrainingStep step, Feed feed, int count) {
    for (int i = 0; i < count; i++) {
      step.run(feed.load(i % feed.batches()));
    }
  }

  @Test
  void batchesComeInOrderAndEpochsBeginAgain() {
    Device device = Devices.require("java");
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 32, Optimizer.sgd(), 0);
        StreamingFeed feed = new StreamingFeed(new Streamed(), step)) {
      assertEquals(3, feed.batches());
      assertEquals(32, feed.load(0));
      assertEquals(
          "feed: batch 2 of 3 is not next; batches are streamed in order, 1 are loaded",
          assertThrows(IllegalStateException.class, () -> feed.load(2)).getMessage());
      assertEquals(32, feed.load(1));
      assertEquals(6, feed.load(2));
      assertThrows(IllegalStateException.class, () -> feed.load(3));
      feed.load(0);
      assertEquals(EXAMPLES.feature(31, 11), step.inputs().get(31, 11));
      assertEquals(EXAMPLES.label(31), step.targets().toArray()[31]);
      feed.shuffle(1, 1);
      feed.load(0);
      float[] first = step.inputs().toArray();
      feed.shuffle(1, 2);
      feed.load(0);
      assertNotEquals(first[0], step.inputs().get(0, 0));
      feed.shuffle(1, 1);
      feed.load(0);
      assertArrayEquals(first, step.inputs().toArray());
    }
  }

  @Test
  void aSingleBatchIsReadOnce() {
    AtomicInteger reads = new AtomicInteger();
    ExampleSource counting =
        new Streamed(
            EXAMPLES,
            row -> {
              reads.incrementAndGet();
              return row;
            });
    Device device = Devices.require("java");
    try (Network network = network(device);
        Network other = network(device)) {
      TrainingLoop loop = new TrainingLoop().epochs(3).batch(70);
      loop.train(network, counting);
      assertEquals(70, reads.get());
      loop.train(other, EXAMPLES);
      assertArrayEquals(other.values().toArray(), network.values().toArray());
    }
  }

  @Test
  void whatReadingFailsWithStopsTheTraining() {
    UncheckedIOException gone = new UncheckedIOException(new IOException("the disk is gone"));
    ExampleSource failing =
        new Streamed(
            EXAMPLES,
            row -> {
              if (row == 50) {
                throw gone;
              }
              return row;
            });
    Device device = Devices.require("java");
    try (Network network = network(device)) {
      for (int readers : new int[] {1, 3}) {
        TrainingLoop loop = new TrainingLoop().batch(16).readers(readers);
        assertEquals(
            gone, assertThrows(UncheckedIOException.class, () -> loop.train(network, failing)));
        assertEquals(
            gone,
            assertThrows(UncheckedIOException.class, () -> loop.train(network, EXAMPLES, failing)));
      }
      assertEquals(
          gone, assertThrows(UncheckedIOException.class, () -> Evaluation.of(network, failing)));
      assertEquals(gone, assertThrows(UncheckedIOException.class, () -> network.predict(failing)));
    }
    assertEquals(0, device.memoryBytes());
  }

  @Test
  void refusesAFeatureThatIsNoNumber() {
    Device device = Devices.require("java");
    // Deviations of 1e-30: what is read overflows when it is divided by them.
    float[] tiny = new float[140];
    for (int i = 0; i < tiny.length; i++) {
      tiny[i] = i / 2 % 2 * 1e-30f;
    }
    Normalization normalization = Normalization.of(Dataset.of(tiny, new int[70], 1));
    float[] large = new float[140];
    large[2 * 33 + 1] = 1e30f;
    ExampleSource overflowing =
        normalization.apply((ExampleSource) Dataset.of(large, new int[70], 1));
    try (Network network = Network.builder(2).classes(1).build(device)) {
      assertEquals(
          "training: feature 1 of row 33 is Infinity",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new TrainingLoop().train(network, overflowing))
              .getMessage());
    }
  }

  /** More rows than two blocks, which are read anew each time. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void judgesAndPredictsWhatItReadsAsWhatIsKept(Device device) {
    Dataset many = Examples.noise(2 * Inference.BLOCK_ROWS + 37, 12, 5);
    Streamed streamed = new Streamed(many, row -> row);
    try (Network network = network(device);
        Evaluator read = new Evaluator(network, streamed, null, 3)) {
      Evaluation kept = Evaluation.of(network, many);
      for (int look = 0; look < 2; look++) {
        Evaluation found = read.evaluate();
        assertEquals(kept.loss(), found.loss());
        assertArrayEquals(kept.confusion(), found.confusion());
        assertArrayEquals(kept.ranks(), found.ranks());
      }
      Predictions expected = network.predict(many);
      Predictions predicted = network.predict(streamed);
      for (int row : new int[] {0, Inference.BLOCK_ROWS, many.rows() - 1}) {
        assertArrayEquals(expected.probabilities(row), predicted.probabilities(row));
      }
      assertArrayEquals(expected.predictedClasses(), predicted.predictedClasses());
    }
    assertEquals(0, device.memoryBytes());
  }

  @Test
  void closingDoesNotWaitForAnEpoch() {
    Device device = Devices.require("java");
    try (Network network = network(device);
        TrainingStep step = new TrainingStep(network, 8, Optimizer.sgd(), 0)) {
      StreamingFeed feed = new StreamingFeed(new Streamed(), step);
      feed.load(0);
      feed.close();
      assertThrows(IllegalStateException.class, () -> steps(step, feed, 9));
      feed.close();
    }
  }
}
