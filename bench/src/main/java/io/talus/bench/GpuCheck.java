package io.talus.bench;

import io.talus.bench.gpu.GpuCheckCommand;
import java.io.IOException;

/** The main class of {@code bench/gpu-check}. Exit status: 0 all is well, 1 not, 2 wrong usage. */
public final class GpuCheck {
  private GpuCheck() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      System.exit(new GpuCheckCommand(arguments).run());
    } catch (IllegalArgumentException usage) {
      System.err.println("gpu-check: " + usage.getMessage());
      System.exit(2);
    }
  }
}
