package io.talus.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The lengths of an array's axes, outermost first; row-major and contiguous. Immutable. */
public final class Shape {
  private final long[] lengths;
  private final long size;

  private Shape(long[] lengths, long size) {
    this.lengths = lengths;
    this.size = size;
  }

  /**
   * @throws IllegalArgumentException with no axis, a negative length, or more than 2^63 - 1
   *     elements
   */
  public static Shape of(long... lengths) {
    if (lengths.length == 0) {
      throw new IllegalArgumentException(
          "shape: at least one axis is needed; a single value is shape 1");
    }
    long size = 1;
    for (long length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException(
            "shape " + text(lengths) + ": lengths cannot be negative");
      }
    }
    try {
      for (long length : lengths) {
        size = Math.multiplyExact(size, length);
      }
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape " + text(lengths) + ": more than 2^63 - 1 elements", overflow);
    }
    return new Shape(lengths.clone(), size);
  }

  /** Axes. */
  public int rank() {
    return lengths.length;
  }

  /** The length of one axis. */
  public long length(int axis) {
    return lengths[axis];
  }

  /** Elements in all. */
  public long size() {
    return size;
  }

  /** The length of the innermost axis. */
  public long columns() {
    return lengths[lengths.length - 1];
  }

  /** The product of all axes but the innermost: the array seen as a matrix. */
  public long rows() {
    long rows = 1;
    for (int axis = 0; axis < lengths.length - 1; axis++) {
      rows *= lengths[axis];
    }
    return rows;
  }

  /** A copy of the lengths. */
  public long[] toArray() {
    return lengths.clone();
  }

  /** The same inner axes with another outermost length. */
  Shape withOutermost(long length) {
    long[] changed = lengths.clone();
    changed[0] = length;
    return of(changed);
  }

  /** The position of an element. */
  long index(long... at) {
    if (at.length != lengths.length) {
      throw new IllegalArgumentException(
          "index " + Arrays.toString(at) + " has " + at.length + " numbers for shape " + this);
    }
    long index = 0;
    for (int axis = 0; axis < at.length; axis++) {
      if (at[axis] < 0 || at[axis] >= lengths[axis]) {
        throw new IndexOutOfBoundsException(
            "index " + Arrays.toString(at) + " is outside shape " + this);
      }
      index = index * lengths[axis] + at[axis];
    }
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(lengths, shape.lengths);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(lengths);
  }

  /** As in {@code 128x784}. */
  @Override
  public String toString() {
    return text(lengths);
  }

  private static String text(long[] lengths) {
    return LongStream.of(lengths).mapToObj(Long::toString).collect(Collectors.joining("x"));
  }
}
