package io.talus;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Limits are measured, so only what every machine exceeds and none reaches can be asserted. */
class MachineLimitsTest {
  private static final double SLOWEST_GFLOPS = 0.01;
  private static final double FASTEST_GFLOPS_OF_A_PROCESSOR = 1e6;

  @Test
  void everyDeviceKnowsItsMultiplyAdds() {
    for (Device device : Devices.available()) {
      double gflops = device.measureFmaGflops();
      assertTrue(
          gflops > SLOWEST_GFLOPS && gflops < FASTEST_GFLOPS_OF_A_PROCESSOR,
          () -> device + " measured " + gflops + " GFLOP/s");
    }
  }
}
