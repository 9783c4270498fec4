package io.talus.bench.table;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What other processes, and other guests of the same host, took of the processors since this was
 * made. They do not slow all contenders alike: a pool that spins for a thread that has lost its
 * processor loses a thousandfold, so that ratios taken meanwhile mean nothing.
 */
final class OtherLoad {
  /** Beyond this share of all processors a line is not judged. */
  static final double MOST = 0.05;

  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final double TICKS_PER_SECOND = 100;
  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STOLEN = 7;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final long ownNanos = SYSTEM.getProcessCpuTime();
  private final long[] ticks = ticks();

  /** As a share of all processors, or NaN where the system does not tell. */
  double share() {
    long[] now = ticks();
    double all = 0;
    double busy = 0;
    for (int i = 0; i < Math.min(ticks.length, now.length); i++) {
      long spent = now[i] - ticks[i];
      all += spent;
      busy += i == IDLE || i == WAITING ? 0 : spent;
    }
    double ownTicks = (SYSTEM.getProcessCpuTime() - ownNanos) * 1e-9 * TICKS_PER_SECOND;
    return all == 0 ? Double.NaN : Math.max(0, busy - ownTicks) / all;
  }

  /** User, nice, system, idle, waiting, two kinds of interrupts, stolen. */
  private static long[] ticks() {
    try {
      String[] fields = Files.readAllLines(STATISTICS).get(0).split(" +");
      long[] ticks = new long[Math.min(fields.length - 1, STOLEN + 1)];
      for (int i = 0; i < ticks.length; i++) {
        ticks[i] = Long.parseLong(fields[i + 1]);
      }
      return ticks;
    } catch (IOException notOnLinux) {
      return new long[0];
    }
  }
}
