package io.talus;

import java.util.List;
import java.util.stream.Stream;

/**
 * The backends that this run tests: those of {@code -Dtalus.backends.only}, a list such as {@code
 * cpu,java}; all that are there when it is not set.
 */
public final class BackendsUnderTest {
  private BackendsUnderTest() {}

  /**
   * @param device or backend, such as {@code cuda:1}
   */
  public static boolean include(String device) {
    String only = System.getProperty("talus.backends.only", "");
    return only.isBlank() || List.of(only.trim().split(",")).contains(device.split(":")[0]);
  }

  /** Their devices that can be used. */
  public static Stream<Device> devices() {
    return Devices.available().stream().filter(device -> include(device.name()));
  }
}
