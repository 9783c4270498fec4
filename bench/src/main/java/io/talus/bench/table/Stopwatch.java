package io.talus.bench.table;

import java.util.Arrays;

/**
 * Times work that may be short: in batches of half a millisecond, for some hundredths of a second;
 * the median batch counts, so that an interruption by another process does not.
 */
public final class Stopwatch {
  private static final long BATCH_NANOS = 500_000;
  private static final long TOTAL_NANOS = 60_000_000;
  private static final long WARM_UP_NANOS = 300_000_000;
  private static final int WARM_UP_RUNS = 4;

  private Stopwatch() {}

  /** Runs often enough for the compilers to be done. */
  public static void warmUp(Runnable work) {
    long start = System.nanoTime();
    for (int run = 0; run < WARM_UP_RUNS || System.nanoTime() - start < WARM_UP_NANOS; run++) {
      work.run();
    }
  }

  /** Seconds of one run. */
  public static double seconds(Runnable work) {
    long first = nanos(work, 1);
    int runs = (int) Math.max(1, BATCH_NANOS / Math.max(1, nanos(work, 1)));
    int batches = (int) Math.max(1, TOTAL_NANOS / Math.max(BATCH_NANOS, first));
    double[] seconds = new double[batches];
    for (int batch = 0; batch < batches; batch++) {
      seconds[batch] = nanos(work, runs) * 1e-9 / runs;
    }
    return median(seconds);
  }

  private static long nanos(Runnable work, int runs) {
    long start = System.nanoTime();
    for (int run = 0; run < runs; run++) {
      work.run();
    }
    return System.nanoTime() - start;
  }

  public static double median(double[] values) {
    return quantile(values, 0.5);
  }

  /** The value below which that share of the values lies, between neighbours in proportion. */
  public static double quantile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
