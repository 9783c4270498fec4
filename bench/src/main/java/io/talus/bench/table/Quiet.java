package io.talus.bench.table;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Waits until the other threads of this process rest. Thread pools spin for a while after their
 * last work, OpenBLAS's for a tenth of a second; whoever is timed next shall have the processor to
 * itself, and every pool may keep the waiting that suits it best.
 */
final class Quiet {
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final Path THIS_THREAD = Path.of("/proc/thread-self");
  private static final long WINDOW_MILLIS = 10;
  private static final double BUSY_SHARE = 0.1;
  private static final int MOST_WINDOWS = 60;
  private static final long BLIND_MILLIS = 200;

  private Quiet() {}

  static void await() {
    try {
      for (int window = 0; window < MOST_WINDOWS; window++) {
        long before = othersNanos();
        sleep(WINDOW_MILLIS);
        double busy = othersNanos() - before;
        if (busy < BUSY_SHARE * TimeUnit.MILLISECONDS.toNanos(WINDOW_MILLIS)) {
          return;
        }
      }
    } catch (IOException notOnLinux) {
      sleep(BLIND_MILLIS);
    }
  }

  /** Processor time that all threads but this one have had. */
  private static long othersNanos() throws IOException {
    Path own = THIS_THREAD.toRealPath().getFileName();
    long sum = 0;
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(TASKS)) {
      for (Path thread : threads) {
        sum += thread.getFileName().equals(own) ? 0 : nanos(thread);
      }
    }
    return sum;
  }

  private static long nanos(Path thread) {
    try {
      String statistics = Files.readString(thread.resolve("schedstat"));
      return Long.parseLong(statistics.substring(0, statistics.indexOf(' ')));
    } catch (IOException ended) {
      return 0;
    }
  }

  private static void sleep(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while timing", interrupted);
    }
  }
}
