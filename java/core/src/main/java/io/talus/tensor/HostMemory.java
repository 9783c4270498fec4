package io.talus.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * A block of memory that the processor reads directly. It is seen from Java through direct buffers
 * of at most 1 GiB each, so that a block may be larger than one buffer can be.
 */
public final class HostMemory extends Memory {
  /** Bytes seen through one buffer; every buffer of a block but the last has this size. */
  public static final int CHUNK_BYTES = 1 << 30;

  private static final int INT_SHIFT = 28;
  private static final int INT_MASK = (1 << INT_SHIFT) - 1;
  private static final int LONG_SHIFT = 27;
  private static final int LONG_MASK = (1 << LONG_SHIFT) - 1;

  private final long address;
  private final Runnable free;
  private volatile Views views;

  private record Views(FloatBuffer[] floats, IntBuffer[] ints, LongBuffer[] longs) {}

  /**
   * @param address where the block begins, or 0 where only Java reads it
   * @param chunks direct buffers over the block, in order
   * @param free gives the memory back; run once, by {@link #close}
   */
  public HostMemory(
      MemoryLedger ledger,
      long bytes,
      String label,
      long address,
      ByteBuffer[] chunks,
      Runnable free) {
    super(ledger, bytes, label);
    this.address = address;
    this.free = free;
    FloatBuffer[] floats = new FloatBuffer[chunks.length];
    IntBuffer[] ints = new IntBuffer[chunks.length];
    LongBuffer[] longs = new LongBuffer[chunks.length];
    for (int i = 0; i < chunks.length; i++) {
      ByteBuffer chunk = chunks[i].order(ByteOrder.nativeOrder());
      floats[i] = chunk.asFloatBuffer();
      ints[i] = chunk.asIntBuffer();
      longs[i] = chunk.asLongBuffer();
    }
    this.views = new Views(floats, ints, longs);
  }

  /** Buffers needed for {@code bytes} bytes. */
  public static int chunkCount(long bytes) {
    return Math.toIntExact((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
  }

  /** Where the block begins in the process. */
  public long address() {
    return address;
  }

  public float getFloat(long index) {
    return views.floats[(int) (index >>> INT_SHIFT)].get((int) index & INT_MASK);
  }

  public void setFloat(long index, float value) {
    views.floats[(int) (index >>> INT_SHIFT)].put((int) index & INT_MASK, value);
  }

  public int getInt(long index) {
    return views.ints[(int) (index >>> INT_SHIFT)].get((int) index & INT_MASK);
  }

  public void setInt(long index, int value) {
    views.ints[(int) (index >>> INT_SHIFT)].put((int) index & INT_MASK, value);
  }

  public long getLong(long index) {
    return views.longs[(int) (index >>> LONG_SHIFT)].get((int) index & LONG_MASK);
  }

  @Override
  protected void release() {
    views = null;
    free.run();
  }

  @Override
  public void upload(long offset, FloatBuffer source) {
    int count;
    for (int at = source.position(); at < source.limit(); at += count, offset += count) {
      int inChunk = (int) offset & INT_MASK;
      count = Math.min(source.limit() - at, INT_MASK + 1 - inChunk);
      views.floats[(int) (offset >>> INT_SHIFT)].put(inChunk, source, at, count);
    }
  }

  @Override
  public void download(long offset, FloatBuffer target) {
    int count;
    for (int at = target.position(); at < target.limit(); at += count, offset += count) {
      int inChunk = (int) offset & INT_MASK;
      count = Math.min(target.limit() - at, INT_MASK + 1 - inChunk);
      target.put(at, views.floats[(int) (offset >>> INT_SHIFT)], inChunk, count);
    }
  }

  @Override
  public void upload(long offset, IntBuffer source) {
    int count;
    for (int at = source.position(); at < source.limit(); at += count, offset += count) {
      int inChunk = (int) offset & INT_MASK;
      count = Math.min(source.limit() - at, INT_MASK + 1 - inChunk);
      views.ints[(int) (offset >>> INT_SHIFT)].put(inChunk, source, at, count);
    }
  }

  @Override
  public void download(long offset, IntBuffer target) {
    int count;
    for (int at = target.position(); at < target.limit(); at += count, offset += count) {
      int inChunk = (int) offset & INT_MASK;
      count = Math.min(target.limit() - at, INT_MASK + 1 - inChunk);
      target.put(at, views.ints[(int) (offset >>> INT_SHIFT)], inChunk, count);
    }
  }

  @Override
  public void upload(long offset, LongBuffer source) {
    int count;
    for (int at = source.position(); at < source.limit(); at += count, offset += count) {
      int inChunk = (int) offset & LONG_MASK;
      count = Math.min(source.limit() - at, LONG_MASK + 1 - inChunk);
      views.longs[(int) (offset >>> LONG_SHIFT)].put(inChunk, source, at, count);
    }
  }

  @Override
  public void download(long offset, LongBuffer target) {
    int count;
    for (int at = target.position(); at < target.limit(); at += count, offset += count) {
      int inChunk = (int) offset & LONG_MASK;
      count = Math.min(target.limit() - at, LONG_MASK + 1 - inChunk);
      target.put(at, views.longs[(int) (offset >>> LONG_SHIFT)], inChunk, count);
    }
  }
}
