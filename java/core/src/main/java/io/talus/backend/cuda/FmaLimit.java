package io.talus.backend.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Measures the multiply-adds that a GPU does on registers alone, with {@code
 * kernels/src/limits.cu}.
 */
final class FmaLimit {
  private static final int THREADS = 256;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int CHAINS = 8;
  private static final float ENOUGH_MILLIS = 10;
  private static final int MOST_ITERATIONS = 1 << 24;

  private final CudaStream stream;
  private final CudaContext context;
  private final Kernel kernel;
  private final long blocks;

  private FmaLimit(CudaStream stream) {
    this.stream = stream;
    context = stream.context();
    kernel = context.module("limits").kernel("measure_fma_f32");
    blocks = (long) context.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
  }

  static double gflops(CudaStream stream) {
    stream.lock();
    try {
      return new FmaLimit(stream).measure();
    } finally {
      stream.unlock();
    }
  }

  private double measure() {
    CUevent start = event();
    CUevent end = event();
    try {
      long sums = stream.scratch().take(blocks * THREADS * Float.BYTES, "measuring multiply-adds");
      int iterations = 64;
      float millis = run(start, end, sums, iterations);
      while (millis < ENOUGH_MILLIS && iterations < MOST_ITERATIONS && !context.isEmulated()) {
        iterations *= 4;
        millis = run(start, end, sums, iterations);
      }
      double flops = 2.0 * CHAINS * iterations * blocks * THREADS;
      return flops / (millis * 1e6);
    } finally {
      stream.scratch().reset();
      JCudaDriver.cuEventDestroy(start);
      JCudaDriver.cuEventDestroy(end);
    }
  }

  private float run(CUevent start, CUevent end, long sums, int iterations) {
    float[] millis = new float[1];
    check(JCudaDriver.cuEventRecord(start, stream.handle()), "cuEventRecord");
    stream.run().kernel(kernel).i32(iterations).address(sums).launch(blocks, THREADS);
    check(JCudaDriver.cuEventRecord(end, stream.handle()), "cuEventRecord");
    check(JCudaDriver.cuEventSynchronize(end), "cuEventSynchronize");
    check(JCudaDriver.cuEventElapsedTime(millis, start, end), "cuEventElapsedTime");
    return millis[0];
  }

  private CUevent event() {
    CUevent event = new CUevent();
    check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
    return event;
  }

  private void check(int status, String call) {
    context.check(status, call, "measuring multiply-adds");
  }
}
