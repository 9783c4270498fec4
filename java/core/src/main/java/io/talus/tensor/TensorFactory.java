package io.talus.tensor;

/**
 * Makes arrays in one device's memory. What it makes must be closed: by the caller, or, made by a
 * workspace, with the workspace.
 */
public abstract class TensorFactory {

  /** For devices and workspaces. */
  protected TensorFactory() {}

  /**
   * A block of zeros.
   *
   * @throws DeviceException when there is not enough memory
   */
  protected abstract Memory allocate(long bytes, String label);

  /** A tensor of zeros. */
  public final Tensor tensor(long... shape) {
    Shape checked = Shape.of(shape);
    return new Tensor(block("Tensor", checked, Float.BYTES), 0, checked, false);
  }

  /**
   * A tensor with a copy of {@code values}.
   *
   * @throws IllegalArgumentException when the count is not that of the shape
   */
  public final Tensor tensor(float[] values, long... shape) {
    requireCount(values.length, shape);
    return tensor(shape).copyFrom(values);
  }

  /** Integers of any value, zero at first. */
  public final IntTensor ints(long... shape) {
    return ints(Shape.of(shape), IntTensor.UNBOUNDED, 0);
  }

  /** Integers of any value. */
  public final IntTensor ints(int[] values, long... shape) {
    requireCount(values.length, shape);
    return ints(shape).copyFrom(values);
  }

  /** Integers of {@code 0 .. bound - 1}, zero at first: class labels, or indices of rows. */
  public final IntTensor labels(int bound, long... shape) {
    requireBound(bound);
    return ints(Shape.of(shape), bound, 0);
  }

  /** Labels of which one negative value, {@code ignored}, marks rows that do not count. */
  public final IntTensor labelsIgnoring(int ignored, int bound, long... shape) {
    requireBound(bound);
    if (ignored >= 0) {
      throw new IllegalArgumentException(
          "the label to ignore must be negative, so that it is no class: " + ignored);
    }
    return ints(Shape.of(shape), bound, ignored);
  }

  /**
   * A sparse matrix with copies of the arrays.
   *
   * @throws IllegalArgumentException when they are not a CSR matrix of that shape, with the first
   *     wrong row
   */
  public final CsrMatrix csr(
      long rows, long columns, long[] rowOffsets, int[] columnIndices, float[] values) {
    CsrMatrix.require(rows, columns, rowOffsets, columnIndices, values);
    Shape offsetsShape = Shape.of(rowOffsets.length);
    LongTensor offsets =
        new LongTensor(block("row offsets", offsetsShape, Long.BYTES), offsetsShape);
    IntTensor indices = null;
    try {
      indices = ints(columnIndices, columnIndices.length);
      Tensor stored = tensor(values, values.length);
      return new CsrMatrix(rows, columns, offsets.copyFrom(rowOffsets), indices, stored);
    } catch (DeviceException outOfMemory) {
      offsets.close();
      if (indices != null) {
        indices.close();
      }
      throw outOfMemory;
    }
  }

  private IntTensor ints(Shape shape, int bound, int exempt) {
    return new IntTensor(block("IntTensor", shape, Integer.BYTES), 0, shape, false, bound, exempt);
  }

  private Memory block(String kind, Shape shape, int elementBytes) {
    String label = kind + " " + shape;
    if (shape.size() > Long.MAX_VALUE / elementBytes) {
      throw new IllegalArgumentException(label + " is larger than any memory");
    }
    return allocate(shape.size() * elementBytes, label);
  }

  private static void requireBound(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("labels need at least one class, not " + bound);
    }
  }

  private static void requireCount(int count, long[] shape) {
    Shape checked = Shape.of(shape);
    if (checked.size() != count) {
      throw new IllegalArgumentException(
          "shape " + checked + " has " + checked.size() + " elements, the array has " + count);
    }
  }
}
