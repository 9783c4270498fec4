package io.talus.backend.cuda;

import io.talus.tensor.Memory;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import jcuda.driver.JCudaDriver;

/** A block of a GPU's memory. Copies go through the stream's page-locked staging memory. */
final class CudaMemory extends Memory {
  /** Moves {@code count} elements between the beginning of a half and a buffer's {@code at}. */
  private interface Move<B extends Buffer> {
    void move(Staging.Half half, B buffer, int at, int count);
  }

  /** How elements of one kind go in and out of staging memory: java.nio has no common put. */
  private record Kind<B extends Buffer>(int bytes, Move<B> put, Move<B> get) {}

  private static final Kind<FloatBuffer> FLOATS =
      new Kind<>(
          Float.BYTES,
          (half, source, at, count) -> half.floats().put(0, source, at, count),
          (half, target, at, count) -> target.put(at, half.floats(), 0, count));
  private static final Kind<IntBuffer> INTS =
      new Kind<>(
          Integer.BYTES,
          (half, source, at, count) -> half.ints().put(0, source, at, count),
          (half, target, at, count) -> target.put(at, half.ints(), 0, count));
  private static final Kind<LongBuffer> LONGS =
      new Kind<>(
          Long.BYTES,
          (half, source, at, count) -> half.longs().put(0, source, at, count),
          (half, target, at, count) -> target.put(at, half.longs(), 0, count));

  private final CudaAllocator allocator;
  private final CudaAllocator.Block block;
  private final CudaStream stream;

  CudaMemory(
      CudaAllocator allocator,
      CudaAllocator.Block block,
      CudaStream stream,
      long bytes,
      String label) {
    super(stream.context().ledger(), bytes, label);
    this.allocator = allocator;
    this.block = block;
    this.stream = stream;
  }

  /** Where the block begins, as the device knows it. */
  long address() {
    return block.pointer().address();
  }

  /** The order of work it belongs to. */
  CudaStream stream() {
    return stream;
  }

  @Override
  protected void release() {
    allocator.give(block);
  }

  private <B extends Buffer> void upload(long offset, B source, Kind<B> kind) {
    CudaRecording.refuse("copying to a tensor");
    int most = Staging.HALF_BYTES / kind.bytes;
    long to = offset * kind.bytes;
    stream.lock();
    try {
      int count;
      for (int at = source.position(); at < source.limit(); at += count) {
        count = Math.min(most, source.limit() - at);
        Staging.Half half = stream.staging().next();
        kind.put.move(half, source, at, count);
        long bytes = (long) count * kind.bytes;
        int status =
            JCudaDriver.cuMemcpyHtoDAsync(
                block.pointer().plus(to), half.pointer(), bytes, stream.handle());
        stream.context().check(status, "cuMemcpyHtoDAsync", this);
        stream.staging().copied(half);
        to += bytes;
      }
    } finally {
      stream.unlock();
    }
  }

  private <B extends Buffer> void download(long offset, B target, Kind<B> kind) {
    CudaRecording.refuse("reading a tensor");
    int most = Staging.HALF_BYTES / kind.bytes;
    long from = offset * kind.bytes;
    stream.lock();
    try {
      int count;
      for (int at = target.position(); at < target.limit(); at += count) {
        count = Math.min(most, target.limit() - at);
        Staging.Half half = stream.staging().next();
        long bytes = (long) count * kind.bytes;
        int status =
            JCudaDriver.cuMemcpyDtoHAsync(
                half.pointer(), block.pointer().plus(from), bytes, stream.handle());
        stream.context().check(status, "cuMemcpyDtoHAsync", this);
        stream.synchronize("copying results, or an operation before them");
        kind.get.move(half, target, at, count);
        from += bytes;
      }
    } finally {
      stream.unlock();
    }
  }

  @Override
  public void upload(long offset, FloatBuffer source) {
    upload(offset, source, FLOATS);
  }

  @Override
  public void download(long offset, FloatBuffer target) {
    download(offset, target, FLOATS);
  }

  @Override
  public void upload(long offset, IntBuffer source) {
    upload(offset, source, INTS);
  }

  @Override
  public void download(long offset, IntBuffer target) {
    download(offset, target, INTS);
  }

  @Override
  public void upload(long offset, LongBuffer source) {
    upload(offset, source, LONGS);
  }

  @Override
  public void download(long offset, LongBuffer target) {
    download(offset, target, LONGS);
  }

  @Override
  public String toString() {
    return "a block of " + bytes() + " bytes";
  }
}
