package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link LstmLayer} and {@link GruLayer}; their gradients are in {@link GradientTest}. */
class RecurrentLayerTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";
  private static final String OTHER_DEVICES = "io.talus.train.TrainingStepTest#devicesForSpeed";

  /** Every kind of layer and what goes out of it, one upon the other. */
  private static Network stacked(Device device) {
    return Network.builder(6, 3)
        .lstmSequence(7)
        .gruSequence(4)
        .gruSequence(5)
        .lstmSequence(4)
        .gru(6)
        .classes(3)
        .seed(3)
        .build(device);
  }

  /** At inference, a block of rows and a part of one, to the last state and to all of them. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void givesTheStatesOfTheFormulas(Device device) {
    for (boolean all : new boolean[] {true, false}) {
      for (boolean lstm : new boolean[] {true, false}) {
        UnaryOperator<NetworkBuilder> layer =
            all
                ? lstm ? b -> b.lstmSequence(5) : b -> b.gruSequence(5)
                : lstm ? b -> b.lstm(5) : b -> b.gru(5);
        try (Network network =
            layer.apply(Network.builder(4, 3)).classes(2).seed(5).build(device)) {
          int rows = device.isEmulated() ? 3 : Inference.BLOCK_ROWS + 3;
          Dataset examples = Examples.noise(rows, 4 * 3, 2);
          float[] found = network.features(0, examples.features());
          RecurrentLayer described = (RecurrentLayer) network.layers().get(0);
          double[][] parameters = new DoubleNetwork(network, rows).parameters.get(0);
          for (int row = 0; row < rows; row++) {
            double[] x = new double[12];
            int at = row;
            Arrays.setAll(x, i -> examples.feature(at, i));
            double[] states = DoubleRecurrence.forward(described, x, parameters);
            for (int i = 0; i < states.length; i++) {
              // States are below 1; a step adds a few roundings of sums of some ten products.
              assertEquals(states[i], found[row * states.length + i], 5e-6, "row " + row);
            }
          }
        }
      }
    }
  }

  /** Of an image, whose rows are the steps, as of the sequence of them. */
  @Test
  void anImageIsTheSequenceOfItsRows() {
    Device device = Devices.best();
    float[] pixels = Examples.noise(2, 4 * 3 * 2, 2).features();
    try (Network ofImages =
            Network.builder(new ImageShape(4, 3, 2)).gru(5).classes(2).seed(5).build(device);
        Network ofSteps = Network.builder(4, 6).gru(5).classes(2).seed(5).build(device)) {
      assertEquals("gru 4x6 to 5", ofImages.layers().get(0).describe());
      assertArrayEquals(ofSteps.features(0, pixels), ofImages.features(0, pixels));
    }
  }

  /** Full batches and smaller ones by turns, which share their memory; on a GPU, recorded. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(OTHER_DEVICES)
  void stepsChangeTheParametersAsTheReferenceDoes(Device device) {
    try (Network network = stacked(device);
        Network reference = stacked(Devices.require("java"))) {
      train(network);
      train(reference);
      float[] expected = reference.values().toArray();
      assertArrayEquals(expected, network.values().toArray(), 2e-5f);
      try (Network untrained = stacked(device)) {
        float[] before = untrained.values().toArray();
        float most = 0;
        for (int i = 0; i < before.length; i++) {
          most = Math.max(most, Math.abs(before[i] - expected[i]));
        }
        assertTrue(most > 0.01, "nothing was learned: " + most);
      }
    }
  }

  private static void train(Network network) {
    Dataset examples = Examples.noise(13, 6 * 3, 3);
    try (TrainingStep step = new TrainingStep(network, 13, Optimizer.momentum(0.2f, 0.5f), 1e-3f)) {
      for (int rows : new int[] {13, 13, 6, 13, 6, 6, 13, 13}) {
        Dataset part = examples.range(0, rows);
        step.inputs().rows(0, rows).copyFrom(part.features());
        step.targets().rows(0, rows).copyFrom(part.labels());
        step.run(rows);
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource(OTHER_DEVICES)
  void aStepAllocatesNothing(Device device) throws ReflectiveOperationException {
    Dataset examples = Examples.noise(8, 6 * 3, 3);
    int count = device.isEmulated() ? 5 : 300;
    try (Network network = stacked(device);
        TrainingStep step = new TrainingStep(network, 8, Optimizer.adam(), 0)) {
      step.inputs().copyFrom(examples.features());
      step.targets().copyFrom(examples.labels());
      run(step, count);
      long deviceBytes = device.memoryBytes();
      Allocations allocations = new Allocations();
      long measuring = allocations.during(() -> {});
      long bytes = allocations.during(() -> run(step, count)) - measuring;
      assertEquals(deviceBytes, device.memoryBytes());
      assertTrue(bytes < 1000, () -> bytes + " bytes on the heap in " + count + " steps");
    }
  }

  private static void run(TrainingStep step, int count) {
    for (int i = 0; i < count; i++) {
      step.run();
    }
  }

  /** The class is the sign of the first step; all others are noise. */
  private static Dataset firstOf(int steps, int rows, long seed) {
    Random random = new Random(seed);
    float[] features = new float[rows * steps];
    int[] labels = new int[rows];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
      labels[i / steps] = features[i / steps * steps] > 0 ? 1 : 0;
    }
    return Dataset.of(features, labels, 2);
  }

  private static Dataset lastStep(Dataset examples) {
    float[] last = new float[examples.rows()];
    for (int row = 0; row < last.length; row++) {
      last[row] = examples.feature(row, examples.inputs() - 1);
    }
    return Dataset.of(last, examples.labels(), 2);
  }

  @Test
  void learnWhatTheFirstStepWas() {
    Device device = Devices.best();
    assumeFalse(device.isEmulated(), "takes too long");
    int steps = 8;
    Dataset training = firstOf(steps, 600, 1);
    Dataset unseen = firstOf(steps, 300, 2);
    TrainingLoop loop =
        new TrainingLoop().epochs(25).batch(20).optimizer(Optimizer.adam(0.01f)).seed(1);
    List<UnaryOperator<NetworkBuilder>> layers =
        List.of(b -> b.lstm(12), b -> b.gru(12), b -> b.gruSequence(8).lstm(8));
    for (UnaryOperator<NetworkBuilder> layer : layers) {
      try (Network network =
          layer.apply(Network.builder(steps, 1)).classes(2).seed(1).build(device)) {
        loop.train(network, training);
        double accuracy = Evaluation.of(network, unseen).accuracy();
        assertTrue(accuracy > 0.9, () -> network + " gets " + accuracy);
      }
    }
    try (Network dense =
        Network.builder(1).dense(12, Activation.TANH).classes(2).seed(1).build(device)) {
      loop.train(dense, lastStep(training));
      double accuracy = Evaluation.of(dense, lastStep(unseen)).accuracy();
      assertTrue(accuracy < 0.65, () -> "the last step alone tells " + accuracy);
    }
  }

  /** All of W and U within Glorot's limits, the bias 0 but for the forget gates. */
  @Test
  void beginsWithOpenForgetGates() {
    try (Network network =
        Network.builder(3, 2).lstm(4).classes(2).seed(9).build(Devices.require("java"))) {
      float limit = (float) Math.sqrt(6.0 / (4 + 16));
      float[] recurrent = network.parameter(0, Recurrence.RECURRENT_WEIGHT).toArray();
      double most = 0;
      for (float weight : recurrent) {
        most = Math.max(most, Math.abs(weight));
      }
      assertTrue(most <= limit && most > 0.8 * limit, most + " of " + limit);
      assertArrayEquals(
          new float[] {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
          network.parameter(0, Recurrence.BIAS).toArray());
    }
  }

  @Test
  void saysWhatItCosts() {
    try (Network network =
        Network.builder(6, 3).lstmSequence(5).gru(4).classes(2).build(Devices.require("java"))) {
      NetworkSummary summary = network.summary();
      assertEquals("lstm 6x3 to 5, every step", summary.layers().get(0).layer());
      assertEquals(4 * 5 * (3 + 5 + 1), summary.layers().get(0).parameters());
      assertEquals(2 * 4 * 5 * (6 * 3 + 5 * 5), summary.layers().get(0).flops());
      assertEquals(3 * 4 * (5 + 4 + 2), summary.layers().get(1).parameters());
      assertEquals(2 * 3 * 4 * (6 * 5 + 5 * 4), summary.layers().get(1).flops());
      try (TrainingStep step = new TrainingStep(network, 7, Optimizer.sgd(), 0)) {
        // The way back takes twice the way forward, but for the gradient of the features.
        long forward = summary.total().flops();
        assertEquals(7 * (3 * forward - 2 * 4 * 5 * 6 * 3), step.flops());
      }
    }
  }

  @Test
  void refusesWhatIsNoSequence() {
    assertEquals(
        "lstm: 18 comes in; expected steps x features, as Network.builder(steps, features) has it,"
            + " or an image",
        message(() -> Network.builder(18).lstm(4)));
    assertTrue(message(() -> Network.builder(6, 3).gru(4).gru(4)).startsWith("gru: 4 comes in;"));
    assertEquals(
        "gru: 0 units of 6x3; expected a positive number of units, and steps x features, both"
            + " positive",
        message(() -> new GruLayer(Shape.of(6, 3), 0, true)));
    assertTrue(message(() -> Network.builder(0, 3).lstm(4)).contains("4 units of 0x3"));
    for (Shape large : new Shape[] {Shape.of(1 << 16, 3), Shape.of(3, 1L << 32)}) {
      assertTrue(message(() -> new LstmLayer(large, 1 << 15, false)).contains("2^31 - 1"));
    }
  }

  private static String message(Executable wrong) {
    return assertThrows(IllegalArgumentException.class, wrong).getMessage();
  }
}
