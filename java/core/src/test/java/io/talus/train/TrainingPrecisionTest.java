package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.op.Activation;
import io.talus.op.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The precision of a network's products; layers are wide enough for every device to keep it. */
class TrainingPrecisionTest {
  private static final int ROWS = 24;
  private static final int CLASSES = 40;
  private static final Dataset EXAMPLES = Examples.noise(ROWS, 36, CLASSES);

  static Stream<Arguments> devicesAndPrecisions() {
    return TrainDevices.all()
        .flatMap(
            device ->
                Stream.of(Precision.TF32, Precision.BFLOAT16)
                    .map(precision -> Arguments.of(device, precision)));
  }

  private static Network network(Device device, Precision precision) {
    return Network.builder(EXAMPLES.inputs())
        .dense(44, Activation.GELU)
        .classes(CLASSES)
        .seed(3)
        .precision(precision)
        .build(device);
  }

  private static float[][] gradients(Device device, Precision precision) {
    try (Network network = network(device, precision);
        TrainingStep step = new TrainingStep(network, ROWS, Optimizer.sgd(), 0)) {
      step.inputs().copyFrom(EXAMPLES.features());
      step.targets().copyFrom(EXAMPLES.labels());
      step.computeGradients(ROWS);
      return new float[][] {
        step.gradient(0, Dense.WEIGHT).toArray(), step.gradient(1, Dense.WEIGHT).toArray()
      };
    }
  }

  /**
   * A gradient comes from at most four products one after another, each of which is off by about 2
   * u of its size; twice the sum of these is allowed, of the gradient's norm.
   */
  @ParameterizedTest
  @MethodSource("devicesAndPrecisions")
  void gradientsAreNearThoseInFloat32(Device device, Precision precision) {
    boolean isFloat32 = device.precision(precision) == Precision.FLOAT32;
    double u = precision == Precision.TF32 ? 0x1p-11 : 0x1p-8;
    float[][] expected = gradients(device, Precision.FLOAT32);
    float[][] actual = gradients(device, precision);
    for (int layer = 0; layer < 2; layer++) {
      double off = 0;
      double size = 0;
      for (int i = 0; i < expected[layer].length; i++) {
        off += Math.pow((double) actual[layer][i] - expected[layer][i], 2);
        size += Math.pow(expected[layer][i], 2);
      }
      double relative = Math.sqrt(off / size);
      assertTrue(relative <= 2 * 4 * 2 * u, "layer " + layer + " is off by " + relative);
      assertEquals(isFloat32, relative == 0, "layer " + layer + " is off by " + relative);
    }
  }

  @ParameterizedTest
  @MethodSource("devicesAndPrecisions")
  void aLoadedNetworkPredictsInThePrecisionAskedFor(
      Device device, Precision precision, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("network");
    float[] rows = EXAMPLES.features();
    try (Network network = network(device, precision)) {
      network.save(file);
      try (Network same = Network.load(file, device, precision);
          Network usual = Network.load(file, device)) {
        assertEquals(precision, same.precision());
        assertEquals(Precision.FLOAT32, usual.precision());
        float[] expected = network.predict(rows).probabilities(ROWS - 1);
        assertArrayEquals(expected, same.predict(rows).probabilities(ROWS - 1));
        assertEquals(
            device.precision(precision) == Precision.FLOAT32,
            Arrays.equals(expected, usual.predict(rows).probabilities(ROWS - 1)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devicesAndPrecisions")
  void learnsWhatItIsShown(Device device, Precision precision) {
    try (Network network = network(device, precision);
        TrainingStep step = new TrainingStep(network, ROWS, Optimizer.adam(0.02f), 0)) {
      step.inputs().copyFrom(EXAMPLES.features());
      step.targets().copyFrom(EXAMPLES.labels());
      step.run();
      assertEquals(Math.log(CLASSES), step.loss(), 1.5, "knowing nothing");
      for (int i = 0; i < 60; i++) {
        step.run();
      }
      assertTrue(step.loss() < 0.05, () -> "after 60 steps " + step.loss());
    }
  }

  @Test
  void noPrecisionIsRefused() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> network(Devices.require("java"), null))
            .getMessage();
    assertEquals("network: precision is null; use FLOAT32 for the usual one", message);
  }
}
