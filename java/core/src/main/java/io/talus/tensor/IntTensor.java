package io.talus.tensor;

import java.nio.IntBuffer;

/**
 * An int32 array in a device's memory: class labels, indices, counters.
 *
 * <p>An array made with a bound holds only values of {@code 0 .. bound - 1} (or the one exempt
 * value, such as the label to ignore). That is checked when values are copied in, once, so that no
 * kernel has to check again.
 */
public final class IntTensor extends DeviceArray {
  /** The bound of an array that may hold any value. */
  public static final int UNBOUNDED = 0;

  private final int bound;
  private final int exempt;

  IntTensor(Memory memory, long offset, Shape shape, boolean view, int bound, int exempt) {
    super(memory, offset, shape, view);
    this.bound = bound;
    this.exempt = exempt;
  }

  @Override
  public int elementBytes() {
    return Integer.BYTES;
  }

  /** Values are below this and not negative; {@link #UNBOUNDED} where any value is allowed. */
  public int bound() {
    return bound;
  }

  /** The one value outside the bound that is allowed; equal to 0 where none is. */
  public int exempt() {
    return exempt;
  }

  /** The same elements under another shape; a view. */
  public IntTensor reshape(long... lengths) {
    return new IntTensor(memory(), offset(), requireReshape(lengths), true, bound, exempt);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive) of the outermost axis; a view. */
  public IntTensor rows(long from, long to) {
    long start = requireRows(from, to);
    return new IntTensor(memory(), start, shape().withOutermost(to - from), true, bound, exempt);
  }

  /**
   * Copies {@code values} here.
   *
   * @throws IllegalArgumentException when the counts differ, or a value is outside the bound;
   *     nothing is copied then
   */
  public IntTensor copyFrom(int... values) {
    return copyFrom(IntBuffer.wrap(values));
  }

  /** Copies the remaining elements of {@code values} here; its position stays. */
  public IntTensor copyFrom(IntBuffer values) {
    requireCount(values.remaining(), "the buffer");
    if (bound != UNBOUNDED) {
      requireWithinBound(values);
    }
    memory().upload(offset(), values);
    return this;
  }

  private void requireWithinBound(IntBuffer values) {
    for (int i = values.position(); i < values.limit(); i++) {
      int value = values.get(i);
      if ((value < 0 || value >= bound) && (value != exempt || exempt == 0)) {
        throw new IllegalArgumentException(
            "value "
                + value
                + " at position "
                + (i - values.position())
                + " is outside 0.."
                + (bound - 1)
                + (exempt == 0 ? "" : " and is not " + exempt)
                + " ("
                + this
                + ")");
      }
    }
  }

  /** Copies all elements to the remaining space of {@code values}; its position stays. */
  public void copyTo(IntBuffer values) {
    requireCount(values.remaining(), "the buffer");
    memory().download(offset(), values);
  }

  /** A copy of all elements. */
  public int[] toArray() {
    requireOpen();
    int[] values = new int[Math.toIntExact(size())];
    copyTo(IntBuffer.wrap(values));
    return values;
  }
}
