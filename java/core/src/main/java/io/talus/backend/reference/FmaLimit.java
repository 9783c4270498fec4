package io.talus.backend.reference;

/** What plain Java on one thread reaches with multiply-adds on data that stays in the L1 cache. */
final class FmaLimit {
  private static final int SUMS = 1024;
  private static final int PASSES = 10_000;
  private static final long ENOUGH_NANOS = 20_000_000;

  private FmaLimit() {}

  /** 10^9 flops a second, a multiply-add counted as two; the best of several runs. */
  static double gflops() {
    float[] sums = new float[SUMS];
    double best = 0;
    for (long spent = 0; spent < ENOUGH_NANOS; ) {
      long start = System.nanoTime();
      for (int pass = 0; pass < PASSES; pass++) {
        multiplyAdd(sums, 0.5f, 0.25f);
      }
      long nanos = System.nanoTime() - start;
      best = Math.max(best, 2.0 * SUMS * PASSES / nanos);
      spent += nanos;
    }
    return best;
  }

  private static void multiplyAdd(float[] sums, float factor, float term) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] * factor + term;
    }
  }
}
