package io.talus.bench.gpu;

import io.talus.Device;
import io.talus.Devices;
import io.talus.backend.BackendUnavailableException;
import io.talus.bench.LimitProbe;
import java.io.IOException;
import java.nio.file.Path;

/** The process that says what the device is and what it can do at most. */
public final class Identify {
  static final long COPY_BYTES = 1L << 30;
  static final long EMULATED_COPY_BYTES = 1L << 20;

  private Identify() {}

  /**
   * @param arguments the file to write to, the device
   */
  public static void main(String[] arguments) throws IOException {
    try (Records records = new Records(Path.of(arguments[0]))) {
      Device device = Devices.require(arguments[1]);
      records.add("device", device.name(), device.description(), device.isEmulated());
      device.advice().forEach(advice -> records.add("advice", advice));
      device
          .memory()
          .capacityBytes()
          .ifPresent(
              capacity -> records.add("memory", capacity, device.memory().freeBytes().getAsLong()));
      try (LimitProbe limits = limits(device)) {
        measure(limits, records);
      }
    } catch (BackendUnavailableException | IllegalArgumentException unavailable) {
      System.err.println("gpu-check: " + unavailable.getMessage());
      System.exit(3);
    }
  }

  static void measure(LimitProbe limits, Records records) {
    try {
      limits.measure();
      records.add("limits", limits.fmaGflops(), limits.copyGigabytesPerSecond());
    } catch (RuntimeException failed) {
      records.add("failed", "measuring the limits", "", failed);
    }
  }

  static LimitProbe limits(Device device) {
    return new LimitProbe(device, device.isEmulated() ? EMULATED_COPY_BYTES : COPY_BYTES);
  }
}
