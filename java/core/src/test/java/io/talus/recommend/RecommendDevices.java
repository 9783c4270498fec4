package io.talus.recommend;

import io.talus.BackendsUnderTest;
import io.talus.Device;
import java.util.stream.Stream;

/** The devices that tests of recommending run on. */
final class RecommendDevices {
  private RecommendDevices() {}

  static Stream<Device> all() {
    return BackendsUnderTest.devices();
  }
}
