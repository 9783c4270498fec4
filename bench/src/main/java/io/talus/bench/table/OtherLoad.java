package io.talus.bench.table;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * What other processes, and other guests of the same host, took of the processors since this was
 * made. They do not slow all contenders alike: a pool that spins for a thread that has lost its
 * processor loses a thousandfold, so that ratios taken meanwhile mean nothing.
 */
public final class OtherLoad {
  /** Beyond this share of all processors a line is not judged. */
  public static final double MOST = 0.05;

  private static final Path STATISTICS = Path.of("/proc/stat");
  private static final double TICKS_PER_SECOND = 100;
  private static final int FEWEST_TICKS = 10;
  private static final Path OWN_STATISTICS = Path.of("/proc/self/stat");

  /** Places after the name. */
  private static final int CHILDREN_USER = 13;

  private static final int CHILDREN_SYSTEM = 14;
  private static final int IDLE = 3;
  private static final int WAITING = 4;
  private static final int STOLEN = 7;
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final LongSupplier own;
  private final long ownNanos;
  private final long[] ticks = ticks();

  /** Others are all but this process and those that it has waited for. */
  OtherLoad() {
    this(() -> SYSTEM.getProcessCpuTime() + nanosOfEndedChildren());
  }

  /**
   * @param own processor time, in nanoseconds, of who are not the others
   */
  public OtherLoad(LongSupplier own) {
    this.own = own;
    this.ownNanos = own.getAsLong();
  }

  /**
   * As a share of all processors; NaN where the system does not tell, or the time was too short.
   */
  public double share() {
    long[] now = ticks();
    double all = 0;
    double busy = 0;
    for (int i = 0; i < Math.min(ticks.length, now.length); i++) {
      long spent = now[i] - ticks[i];
      all += spent;
      busy += i == IDLE || i == WAITING ? 0 : spent;
    }
    double ownTicks = (own.getAsLong() - ownNanos) * 1e-9 * TICKS_PER_SECOND;
    return all < FEWEST_TICKS ? Double.NaN : Math.max(0, busy - ownTicks) / all;
  }

  private static long nanosOfEndedChildren() {
    try {
      // The name in parentheses may hold spaces.
      String statistics = Files.readString(OWN_STATISTICS);
      String[] fields = statistics.substring(statistics.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_SYSTEM]);
      return (long) (ticks / TICKS_PER_SECOND * 1e9);
    } catch (IOException notOnLinux) {
      return 0;
    }
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
