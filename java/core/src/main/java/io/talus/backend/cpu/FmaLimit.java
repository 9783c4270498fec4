package io.talus.backend.cpu;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * Measures the multiply-adds that all threads do on registers alone, with {@code
 * native/cpu/src/isa/limits.cpp}.
 */
@Platform(library = TalusCpu.LIBRARY)
final class FmaLimit {
  private static final long ENOUGH_NANOS = 10_000_000;

  private FmaLimit() {}

  private static native int talus_measure_fma_f32(long iterations, @Cast("double*") long flops);

  /** 10^9 flops a second, a multiply-add counted as two. */
  static double gflops() {
    try (DoublePointer flops = new DoublePointer(1)) {
      flops.put(0, 0);
      long nanos = 0;
      for (long iterations = 10_000; nanos < ENOUGH_NANOS; iterations *= 2) {
        long start = System.nanoTime();
        flops.put(0, 0);
        talus_measure_fma_f32(iterations, flops.address());
        nanos = System.nanoTime() - start;
      }
      return flops.get(0) / nanos;
    }
  }
}
