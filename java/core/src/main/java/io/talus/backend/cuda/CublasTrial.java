package io.talus.backend.cuda;

import io.talus.op.Op;
import io.talus.tensor.DeviceException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Times a product by our kernels and by cuBLAS, in turn, caches warm: once each to load the
 * kernels, then the median of several. On a stream of its own and into memory of its own, since C
 * may be needed as it is.
 */
final class CublasTrial {
  private static final int RUNS = 7;

  /** Of our time: what is hardly faster would be chosen today and not tomorrow. */
  private static final double CLEARLY_FASTER = 0.95;

  private final CudaStream stream;
  private final Op op;

  private CublasTrial(CudaStream stream, Op op) {
    this.stream = stream;
    this.op = op;
  }

  /**
   * Whether cuBLAS is clearly faster; not where there is no memory to try it.
   *
   * @param run of which the product is part, not being recorded
   */
  static boolean isFaster(StreamRun run, GemmProduct p) {
    CudaAllocator allocator = run.stream().allocator();
    try (CudaStream stream = new CudaStream(run.context(), allocator, closed -> {})) {
      stream.lock();
      try {
        stream.waitFor(run.stream());
        return new CublasTrial(stream, run.op()).isFaster(p, allocator);
      } finally {
        stream.unlock();
      }
    }
  }

  private boolean isFaster(GemmProduct p, CudaAllocator allocator) {
    CudaAllocator.Block c;
    try {
      c = allocator.take(p.m * p.n * Float.BYTES, "a trial of " + op, stream);
    } catch (DeviceException outOfMemory) {
      return false;
    }
    try {
      GemmProduct trial = p.into(c.pointer().address());
      CublasHandle handle = stream.cublas();
      long[] ours = new long[RUNS + 1];
      long[] theirs = new long[RUNS + 1];
      for (int i = 0; i <= RUNS; i++) {
        ours[i] = nanos(run -> GemmKernels.multiplyByKernels(run, trial));
        theirs[i] = nanos(run -> Cublas.multiply(run, handle, trial));
      }
      return median(theirs) < CLEARLY_FASTER * median(ours);
    } finally {
      allocator.give(c);
    }
  }

  private long nanos(Consumer<StreamRun> product) {
    try (EventTimer timer = new EventTimer(stream)) {
      return timer.nanos(
          () -> {
            try (StreamRun run = StreamRun.begin(op, stream)) {
              product.accept(run);
            }
          });
    }
  }

  /** Of all but the first. */
  private static long median(long[] nanos) {
    long[] sorted = Arrays.copyOfRange(nanos, 1, nanos.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
