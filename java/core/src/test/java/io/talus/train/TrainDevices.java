package io.talus.train;

import io.talus.BackendsUnderTest;
import io.talus.Device;
import java.util.stream.Stream;

/** The devices that tests of training run on. */
final class TrainDevices {
  private TrainDevices() {}

  static Stream<Device> all() {
    return BackendsUnderTest.devices();
  }
}
