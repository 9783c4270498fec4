package io.talus.cli;

import io.talus.Device;
import io.talus.Devices;
import picocli.CommandLine.Option;

/** Where it is computed. */
final class DeviceOption {
  @Option(
      names = "--device",
      paramLabel = "NAME",
      description = "The device to use: cpu, java. Default: the fastest there is.")
  private String name;

  Device device() {
    return name == null ? Devices.best() : Devices.require(name);
  }
}
