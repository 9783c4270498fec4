package io.talus.recommend;

import io.talus.Device;
import io.talus.Devices;
import java.util.stream.Stream;

/** The devices that tests of recommending run on: all that can be used. */
final class RecommendDevices {
  private RecommendDevices() {}

  static Stream<Device> all() {
    return Devices.available().stream();
  }
}
