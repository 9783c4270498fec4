package io.talus.tensor;

import java.nio.FloatBuffer;

/**
 * A float32 array of any number of axes in a device's memory. Made by a {@link TensorFactory} (a
 * device or a workspace).
 */
public final class Tensor extends DeviceArray {
  Tensor(Memory memory, long offset, Shape shape, boolean view) {
    super(memory, offset, shape, view);
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  /** The same elements under another shape; a view. */
  public Tensor reshape(long... lengths) {
    return new Tensor(memory(), offset(), requireReshape(lengths), true);
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive) of the outermost axis; a view. */
  public Tensor rows(long from, long to) {
    long start = requireRows(from, to);
    return new Tensor(memory(), start, shape().withOutermost(to - from), true);
  }

  /**
   * Copies {@code values} here.
   *
   * @throws IllegalArgumentException when the counts differ
   * @throws IllegalStateException when closed
   */
  public Tensor copyFrom(float... values) {
    return copyFrom(FloatBuffer.wrap(values));
  }

  /** Copies the remaining elements of {@code values} here; its position stays. */
  public Tensor copyFrom(FloatBuffer values) {
    requireCount(values.remaining(), "the buffer");
    memory().upload(offset(), values);
    return this;
  }

  /** Copies all elements to {@code values}. */
  public void copyTo(float[] values) {
    copyTo(FloatBuffer.wrap(values));
  }

  /** Copies all elements to the remaining space of {@code values}; its position stays. */
  public void copyTo(FloatBuffer values) {
    requireCount(values.remaining(), "the buffer");
    memory().download(offset(), values);
  }

  /**
   * A copy of all elements.
   *
   * @throws ArithmeticException when they are too many for one Java array
   */
  public float[] toArray() {
    requireOpen();
    float[] values = new float[Math.toIntExact(size())];
    copyTo(values);
    return values;
  }

  /** One element. Slow: meant for looking, not for computing. */
  public float get(long... index) {
    requireOpen();
    FloatBuffer one = FloatBuffer.allocate(1);
    memory().download(offset() + shape().index(index), one);
    return one.get(0);
  }

  /** Sets one element. Slow: meant for tests and settings, not for computing. */
  public void set(float value, long... index) {
    requireOpen();
    memory().upload(offset() + shape().index(index), FloatBuffer.wrap(new float[] {value}));
  }
}
