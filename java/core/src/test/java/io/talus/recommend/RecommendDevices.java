package io.talus.recommend;

import io.talus.Device;
import io.talus.Devices;
import java.util.stream.Stream;

/** The devices that tests of recommending run on. */
final class RecommendDevices {
  private RecommendDevices() {}

  static Stream<Device> all() {
    return Stream.of(Devices.require("java"));
  }
}
