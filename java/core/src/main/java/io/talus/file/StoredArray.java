package io.talus.file;

import io.talus.file.ArrayType.Elements;
import io.talus.tensor.Tensor;
import java.nio.ByteBuffer;

/** An array that is written to a file, or filled from one: of a device, or of the Java heap. */
public final class StoredArray {
  /** Copies some elements, from the one at {@code from} on, as many as the buffer has room for. */
  private interface Copying {
    void copy(int from, int count, ByteBuffer bytes);
  }

  private final ArrayType type;
  private final Copying writing;
  private final Copying reading;

  private StoredArray(ArrayType type, Copying writing, Copying reading) {
    this.type = type;
    this.writing = writing;
    this.reading = reading;
  }

  public static StoredArray of(Tensor tensor) {
    Tensor flat = tensor.reshape(tensor.size());
    return new StoredArray(
        new ArrayType(Elements.F32, tensor.shape()),
        (from, count, bytes) -> flat.rows(from, from + count).copyTo(bytes.asFloatBuffer()),
        (from, count, bytes) -> flat.rows(from, from + count).copyFrom(bytes.asFloatBuffer()));
  }

  public static StoredArray of(float[] values, long... shape) {
    return new StoredArray(
        ArrayType.of(Elements.F32, shape),
        (from, count, bytes) -> bytes.asFloatBuffer().put(values, from, count),
        (from, count, bytes) -> bytes.asFloatBuffer().get(values, from, count));
  }

  public static StoredArray of(int[] values) {
    return new StoredArray(
        ArrayType.of(Elements.I32, values.length),
        (from, count, bytes) -> bytes.asIntBuffer().put(values, from, count),
        (from, count, bytes) -> bytes.asIntBuffer().get(values, from, count));
  }

  public static StoredArray of(long[] values) {
    return new StoredArray(
        ArrayType.of(Elements.I64, values.length),
        (from, count, bytes) -> bytes.asLongBuffer().put(values, from, count),
        (from, count, bytes) -> bytes.asLongBuffer().get(values, from, count));
  }

  public static StoredArray of(byte[] values) {
    return new StoredArray(
        ArrayType.of(Elements.U8, values.length),
        (from, count, bytes) -> bytes.duplicate().put(values, from, count),
        (from, count, bytes) -> bytes.duplicate().get(values, from, count));
  }

  ArrayType type() {
    return type;
  }

  /** Fills {@code bytes[0 .. limit)} with elements from that one on. */
  void write(long from, ByteBuffer bytes) {
    writing.copy((int) from, bytes.limit() / type.elements().bytes(), bytes);
  }

  /** Takes elements from that one on from {@code bytes[0 .. limit)}. */
  void read(long from, ByteBuffer bytes) {
    reading.copy((int) from, bytes.limit() / type.elements().bytes(), bytes);
  }
}
