package io.talus.backend.cuda;

/**
 * Measures the multiply-adds that a GPU does on registers alone, with {@code
 * kernels/src/limits.cu}.
 */
final class FmaLimit {
  private static final int THREADS = 256;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int CHAINS = 8;
  private static final long ENOUGH_NANOS = 10_000_000;
  private static final int MOST_ITERATIONS = 1 << 24;

  private FmaLimit() {}

  static double gflops(CudaStream stream) {
    CudaContext context = stream.context();
    stream.lock();
    try (EventTimer timer = new EventTimer(stream)) {
      Kernel kernel = context.module("limits").kernel("measure_fma_f32");
      long blocks = (long) context.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
      long sums = stream.scratch().take(blocks * THREADS * Float.BYTES);
      int iterations = 64;
      long nanos = nanos(timer, stream.run(), kernel, blocks, sums, iterations);
      while (nanos < ENOUGH_NANOS && iterations < MOST_ITERATIONS && !context.isEmulated()) {
        iterations *= 4;
        nanos = nanos(timer, stream.run(), kernel, blocks, sums, iterations);
      }
      return 2.0 * CHAINS * iterations * blocks * THREADS / nanos;
    } finally {
      stream.scratch().reset();
      stream.unlock();
    }
  }

  private static long nanos(
      EventTimer timer, StreamRun run, Kernel kernel, long blocks, long sums, int iterations) {
    return timer.nanos(
        () -> run.kernel(kernel).i32(iterations).address(sums).launch(blocks, THREADS));
  }
}
