package io.talus.bench.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What {@code nvidia-smi} says of clocks and power, where it is installed. */
final class NvidiaSmi {
  private static final String FIELDS =
      "name,driver_version,pstate,clocks.sm,clocks.max.sm,clocks.mem,clocks.max.mem,"
          + "temperature.gpu,power.draw,power.limit,utilization.gpu,ecc.mode.current,"
          + "mig.mode.current,compute_mode";

  private NvidiaSmi() {}

  /** Its table, a line for each GPU under a line of names; nothing where there is none. */
  static List<String> query() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("nvidia-smi", "--query-gpu=" + FIELDS, "--format=csv")
              .redirectErrorStream(true)
              .start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor(10, TimeUnit.SECONDS);
      return text.lines().toList();
    } catch (IOException missing) {
      return List.of();
    }
  }
}
