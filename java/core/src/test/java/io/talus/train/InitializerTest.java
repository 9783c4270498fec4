package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.Window;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InitializerTest {
  private static final String ALL_DEVICES = "io.talus.train.TrainDevices#all";

  /** 3 x 5 places of 2 channels come in, each has a part in 3 x 5 places of 40 filters. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void glorotCountsThePlacesOfAWindowOnBothSides(Device device) {
    try (Network network =
        Network.builder(new ImageShape(6, 6, 2))
            .convolution(40, Window.of(3, 5), Activation.TANH)
            .dense(70, Activation.SIGMOID)
            .classes(3)
            .seed(5)
            .build(device)) {
      double inConvolution = Math.sqrt(6.0 / (3 * 5 * 2 + 3 * 5 * 40));
      assertEven(inConvolution, network.parameter(0, ConvolutionLayer.WEIGHT).toArray());
      assertEven(Math.sqrt(6.0 / (4 * 2 * 40 + 70)), network.parameter(1, Dense.WEIGHT).toArray());
    }
  }

  /**
   * Within the limit, and even: of n draws the largest is below 0.99 of it with a chance of 0.99^n,
   * 6e-6 for 1200; the variance is limit^2 / 3, itself with a deviation of 0.9 / sqrt(n) of that.
   */
  private static void assertEven(double limit, float[] drawn) {
    double largest = 0;
    double squares = 0;
    for (float value : drawn) {
      largest = Math.max(largest, Math.abs(value));
      squares += (double) value * value;
    }
    assertTrue(largest <= limit * (1 + 1e-7) && largest > 0.99 * limit, largest + " of " + limit);
    double variance = squares / drawn.length / (limit * limit / 3);
    assertEquals(1, variance, 5 * 0.9 / Math.sqrt(drawn.length));
  }

  /** Two of the inputs' inverse is the variance; itself with a deviation of sqrt(2 / n) of it. */
  @ParameterizedTest
  @MethodSource(ALL_DEVICES)
  void heCountsTheInputsOfAWindow(Device device) {
    try (Network network =
        Network.builder(new ImageShape(6, 6, 2))
            .convolution(40, Window.of(3, 5), Activation.RELU)
            .classes(3)
            .seed(5)
            .build(device)) {
      double squares = 0;
      float[] drawn = network.parameter(0, ConvolutionLayer.WEIGHT).toArray();
      for (float value : drawn) {
        squares += (double) value * value;
      }
      double variance = squares / drawn.length / (2.0 / 30);
      assertEquals(1, variance, 5 * Math.sqrt(2.0 / drawn.length));
    }
  }
}
