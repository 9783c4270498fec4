package io.talus.tensor;

import java.nio.LongBuffer;

/** An int64 array in a device's memory: the row offsets of a sparse matrix. */
public final class LongTensor extends DeviceArray {
  LongTensor(Memory memory, Shape shape) {
    super(memory, 0, shape, false);
  }

  @Override
  public int elementBytes() {
    return Long.BYTES;
  }

  /** Copies {@code values} here. */
  LongTensor copyFrom(long... values) {
    requireCount(values.length, "the array");
    memory().upload(offset(), LongBuffer.wrap(values));
    return this;
  }

  /** A copy of all elements. */
  public long[] toArray() {
    requireOpen();
    long[] values = new long[Math.toIntExact(size())];
    memory().download(offset(), LongBuffer.wrap(values));
    return values;
  }
}
