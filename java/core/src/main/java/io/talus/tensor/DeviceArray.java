package io.talus.tensor;

/**
 * What an operation reads or writes: a row-major, contiguous array in one block of a device's
 * memory.
 *
 * <p>A view (of rows, or of another shape) shares its array's memory; closing a view does nothing,
 * closing the array ends its views too.
 */
public abstract sealed class DeviceArray implements AutoCloseable
    permits Tensor, IntTensor, LongTensor {
  private final Memory memory;
  private final long offset;
  private final Shape shape;
  private final boolean view;

  DeviceArray(Memory memory, long offset, Shape shape, boolean view) {
    this.memory = memory;
    this.offset = offset;
    this.shape = shape;
    this.view = view;
  }

  /** The block that holds the elements. */
  public final Memory memory() {
    return memory;
  }

  /** Elements of the block before the first of this array. */
  public final long offset() {
    return offset;
  }

  public final Shape shape() {
    return shape;
  }

  /** Elements. */
  public final long size() {
    return shape.size();
  }

  /** The product of all axes but the innermost. */
  public final long rows() {
    return shape.rows();
  }

  /** The length of the innermost axis. */
  public final long columns() {
    return shape.columns();
  }

  /** Bytes of one element. */
  public abstract int elementBytes();

  /** Bytes of all elements. */
  public final long bytes() {
    return size() * elementBytes();
  }

  public final boolean isOpen() {
    return memory.isOpen();
  }

  /** Whether any byte belongs to both arrays. */
  public final boolean overlaps(DeviceArray other) {
    if (memory != other.memory || size() == 0 || other.size() == 0) {
      return false;
    }
    long start = offset * elementBytes();
    long otherStart = other.offset * other.elementBytes();
    return start < otherStart + other.bytes() && otherStart < start + bytes();
  }

  /** Whether both are the same elements. */
  public final boolean isSame(DeviceArray other) {
    return memory == other.memory && offset == other.offset && size() == other.size();
  }

  /** Frees the memory, unless this is a view. Closing twice is harmless. */
  @Override
  public final void close() {
    if (!view) {
      memory.close();
    }
  }

  /**
   * @throws IllegalStateException when the memory was freed
   */
  public final void requireOpen() {
    if (!memory.isOpen()) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  final Shape requireReshape(long[] lengths) {
    Shape wanted = Shape.of(lengths);
    if (wanted.size() != size()) {
      throw new IllegalArgumentException(
          "reshape: " + this + " has " + size() + " elements, " + wanted + " has " + wanted.size());
    }
    return wanted;
  }

  /**
   * The offset of row {@code from} of the outermost axis, when {@code from <= to} lie within it.
   */
  final long requireRows(long from, long to) {
    long outer = shape.length(0);
    if (from < 0 || to < from || to > outer) {
      throw new IndexOutOfBoundsException("rows " + from + " to " + to + " of " + this);
    }
    return outer == 0 ? offset : offset + from * (size() / outer);
  }

  final void requireCount(long count, String what) {
    requireOpen();
    if (count != size()) {
      throw new IllegalArgumentException(
          what + " has " + count + " elements, " + this + " has " + size());
    }
  }

  /** As in {@code Tensor 128x784}. */
  @Override
  public final String toString() {
    return getClass().getSimpleName() + " " + shape;
  }
}
