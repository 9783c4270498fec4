package io.talus.bench.table;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the other threads of this process rest. Thread pools spin for a while after their
 * last work, OpenBLAS's for a tenth of a second; whoever is timed next shall have the processor to
 * itself, and every pool may keep the waiting that suits it best.
 */
final class Quiet {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private static final long WINDOW_MILLIS = 3;
  private static final double BUSY_SHARE = 0.15;
  private static final int MOST_WINDOWS = 200;

  private Quiet() {}

  static void await() {
    for (int window = 0; window < MOST_WINDOWS; window++) {
      long wall = System.nanoTime();
      long busy = SYSTEM.getProcessCpuTime();
      sleep();
      busy = SYSTEM.getProcessCpuTime() - busy;
      if (busy < BUSY_SHARE * (System.nanoTime() - wall)) {
        return;
      }
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(WINDOW_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while timing", interrupted);
    }
  }
}
