package io.talus.file;

import io.talus.tensor.Shape;

/** What an array in a file is expected to be. */
public record ArrayType(Elements elements, Shape shape) {

  /** The kinds of numbers, by their names in safetensors files. */
  public enum Elements {
    F32(Float.BYTES),
    I32(Integer.BYTES),
    I64(Long.BYTES),
    U8(Byte.BYTES);

    private final int bytes;

    Elements(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of one. */
    public int bytes() {
      return bytes;
    }
  }

  public static ArrayType of(Elements elements, long... lengths) {
    return new ArrayType(elements, Shape.of(lengths));
  }

  /** Bytes of all elements. */
  public long bytes() {
    return Math.multiplyExact(shape.size(), (long) elements.bytes());
  }
}
