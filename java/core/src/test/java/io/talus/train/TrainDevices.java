package io.talus.train;

import io.talus.Device;
import io.talus.Devices;
import java.util.stream.Stream;

/** The devices that tests of training run on: all that there are. */
final class TrainDevices {
  private TrainDevices() {}

  static Stream<Device> all() {
    return Devices.available().stream();
  }
}
