package io.talus.backend.cuda;

import io.talus.tensor.Memory;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import jcuda.driver.JCudaDriver;

/** A block of a GPU's memory. Copies go through the stream's page-locked staging memory. */
final class CudaMemory extends Memory {
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
    if (stream.context().isLost()) {
      return;
    }
    stream.context().enter();
    allocator.give(block);
  }

  /** How the elements of one kind of buffer go in and out of staging memory. */
  private interface Piece {
    void move(ByteBuffer staged, int from, int count);
  }

  private void uploadPieces(long offset, int count, int elementBytes, Piece put) {
    int most = Staging.HALF_BYTES / elementBytes;
    stream.lock();
    try {
      for (int from = 0; from < count; from += most) {
        int now = Math.min(most, count - from);
        Staging.Half half = stream.staging().next();
        put.move(half.bytes(), from, now);
        stream
            .context()
            .check(
                JCudaDriver.cuMemcpyHtoDAsync(
                    block.pointer().plus((offset + from) * elementBytes),
                    half.pointer(),
                    (long) now * elementBytes,
                    stream.handle()),
                "cuMemcpyHtoDAsync",
                this);
        stream.staging().copied(half);
      }
    } finally {
      stream.unlock();
    }
  }

  private void downloadPieces(long offset, int count, int elementBytes, Piece get) {
    int most = Staging.HALF_BYTES / elementBytes;
    stream.lock();
    try {
      for (int from = 0; from < count; from += most) {
        int now = Math.min(most, count - from);
        Staging.Half half = stream.staging().next();
        stream
            .context()
            .check(
                JCudaDriver.cuMemcpyDtoHAsync(
                    half.pointer(),
                    block.pointer().plus((offset + from) * elementBytes),
                    (long) now * elementBytes,
                    stream.handle()),
                "cuMemcpyDtoHAsync",
                this);
        stream.synchronize("copying results, or an operation before them");
        get.move(half.bytes(), from, now);
      }
    } finally {
      stream.unlock();
    }
  }

  private static int remaining(Buffer buffer) {
    return buffer.limit() - buffer.position();
  }

  @Override
  public void upload(long offset, FloatBuffer source) {
    int first = source.position();
    uploadPieces(
        offset,
        remaining(source),
        Float.BYTES,
        (staged, from, count) -> staged.asFloatBuffer().put(0, source, first + from, count));
  }

  @Override
  public void download(long offset, FloatBuffer target) {
    int first = target.position();
    downloadPieces(
        offset,
        remaining(target),
        Float.BYTES,
        (staged, from, count) -> target.put(first + from, staged.asFloatBuffer(), 0, count));
  }

  @Override
  public void upload(long offset, IntBuffer source) {
    int first = source.position();
    uploadPieces(
        offset,
        remaining(source),
        Integer.BYTES,
        (staged, from, count) -> staged.asIntBuffer().put(0, source, first + from, count));
  }

  @Override
  public void download(long offset, IntBuffer target) {
    int first = target.position();
    downloadPieces(
        offset,
        remaining(target),
        Integer.BYTES,
        (staged, from, count) -> target.put(first + from, staged.asIntBuffer(), 0, count));
  }

  @Override
  public void upload(long offset, LongBuffer source) {
    int first = source.position();
    uploadPieces(
        offset,
        remaining(source),
        Long.BYTES,
        (staged, from, count) -> staged.asLongBuffer().put(0, source, first + from, count));
  }

  @Override
  public void download(long offset, LongBuffer target) {
    int first = target.position();
    downloadPieces(
        offset,
        remaining(target),
        Long.BYTES,
        (staged, from, count) -> target.put(first + from, staged.asLongBuffer(), 0, count));
  }

  @Override
  public String toString() {
    return "a block of " + bytes() + " bytes";
  }
}
