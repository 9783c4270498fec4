package io.talus.data;

import io.talus.tensor.CsrMatrix;
import io.talus.tensor.TensorFactory;
import java.util.Arrays;

/**
 * Ratings as a sparse matrix in the Java heap: for each row (a user, or an item) the columns (its
 * items, or its users) that have a rating, ascending, and the values. Immutable.
 *
 * <p>Places run through all rows: row {@code i} has the places {@code start(i)} (inclusive) to
 * {@code end(i)} (exclusive).
 */
public final class RatingsMatrix {
  private final int columns;
  private final long[] offsets;
  private final int[] columnIndices;
  private final float[] values;

  RatingsMatrix(int columns, long[] offsets, int[] columnIndices, float[] values) {
    this.columns = columns;
    this.offsets = offsets;
    this.columnIndices = columnIndices;
    this.values = values;
  }

  public int rows() {
    return offsets.length - 1;
  }

  public int columns() {
    return columns;
  }

  /** Ratings in all rows. */
  public int size() {
    return values.length;
  }

  /** Ratings in one row. */
  public int size(int row) {
    return (int) (offsets[row + 1] - offsets[row]);
  }

  /** The first place of the row. */
  public int start(int row) {
    return (int) offsets[row];
  }

  /** The place after the last of the row. */
  public int end(int row) {
    return (int) offsets[row + 1];
  }

  /** The column at that place. */
  public int column(int place) {
    return columnIndices[place];
  }

  /** The rating at that place. */
  public float value(int place) {
    return values[place];
  }

  /** The place of that row and column, or a negative number when there is no rating. */
  public int find(int row, int column) {
    return Arrays.binarySearch(columnIndices, start(row), end(row), column);
  }

  /** The mean of the row's ratings; NaN when it has none. */
  public double mean(int row) {
    double sum = 0;
    for (int place = start(row); place < end(row); place++) {
      sum += values[place];
    }
    return sum / size(row);
  }

  /**
   * A matrix with values at the same places.
   *
   * @param values one for each place; not copied, so not to be changed afterwards
   * @throws IllegalArgumentException when there are more or fewer
   */
  public RatingsMatrix withValues(float[] values) {
    if (values.length != size()) {
      throw new IllegalArgumentException(values.length + " values for " + this);
    }
    return new RatingsMatrix(columns, offsets, columnIndices, values);
  }

  /**
   * The rows in another order, all or some of them.
   *
   * @param order the row of this matrix that comes at each place
   * @throws IndexOutOfBoundsException when there is no such row
   */
  public RatingsMatrix rows(int[] order) {
    long[] starts = new long[order.length + 1];
    for (int at = 0; at < order.length; at++) {
      starts[at + 1] = starts[at] + size(order[at]);
    }
    int[] itsColumns = new int[Math.toIntExact(starts[order.length])];
    float[] itsValues = new float[itsColumns.length];
    for (int at = 0; at < order.length; at++) {
      int from = start(order[at]);
      System.arraycopy(columnIndices, from, itsColumns, (int) starts[at], size(order[at]));
      System.arraycopy(values, from, itsValues, (int) starts[at], size(order[at]));
    }
    return new RatingsMatrix(columns, starts, itsColumns, itsValues);
  }

  /** Whether a row has the same ratings, to the bit, as a row of another matrix. */
  public boolean isSame(int row, RatingsMatrix other, int itsRow) {
    return Arrays.equals(
            columnIndices,
            start(row),
            end(row),
            other.columnIndices,
            other.start(itsRow),
            other.end(itsRow))
        && Arrays.equals(
            values, start(row), end(row), other.values, other.start(itsRow), other.end(itsRow));
  }

  /**
   * A copy in a device's memory; to be closed by the caller, or with the workspace that made it.
   */
  public CsrMatrix copyTo(TensorFactory device) {
    return device.csr(rows(), columns, offsets, columnIndices, values);
  }

  /** The same ratings with rows and columns exchanged. */
  RatingsMatrix transpose() {
    long[] starts = new long[columns + 1];
    for (int column : columnIndices) {
      starts[column + 1]++;
    }
    for (int column = 0; column < columns; column++) {
      starts[column + 1] += starts[column];
    }
    long[] next = starts.clone();
    int[] rowIndices = new int[size()];
    float[] moved = new float[size()];
    for (int row = 0; row < rows(); row++) {
      for (int place = start(row); place < end(row); place++) {
        int to = (int) next[columnIndices[place]]++;
        rowIndices[to] = row;
        moved[to] = values[place];
      }
    }
    return new RatingsMatrix(rows(), starts, rowIndices, moved);
  }

  /** As in {@code RatingsMatrix 943x1682, 100000 ratings}. */
  @Override
  public String toString() {
    return "RatingsMatrix " + rows() + "x" + columns + ", " + size() + " ratings";
  }
}
