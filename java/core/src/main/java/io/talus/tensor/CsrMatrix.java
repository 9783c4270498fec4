package io.talus.tensor;

/**
 * A sparse matrix in compressed sparse row form: row {@code i} holds {@code values[rowOffsets[i] ..
 * rowOffsets[i + 1])} in the columns {@code columnIndices} of the same places, ascending and
 * without duplicates. Made by {@link TensorFactory#csr}; its contents do not change.
 */
public final class CsrMatrix implements AutoCloseable {
  private final long rows;
  private final long columns;
  private final LongTensor rowOffsets;
  private final IntTensor columnIndices;
  private final Tensor values;

  CsrMatrix(
      long rows, long columns, LongTensor rowOffsets, IntTensor columnIndices, Tensor values) {
    this.rows = rows;
    this.columns = columns;
    this.rowOffsets = rowOffsets;
    this.columnIndices = columnIndices;
    this.values = values;
  }

  public long rows() {
    return rows;
  }

  public long columns() {
    return columns;
  }

  /** Stored elements. */
  public long nonZeros() {
    return values.size();
  }

  public LongTensor rowOffsets() {
    return rowOffsets;
  }

  public IntTensor columnIndices() {
    return columnIndices;
  }

  public Tensor values() {
    return values;
  }

  @Override
  public void close() {
    rowOffsets.close();
    columnIndices.close();
    values.close();
  }

  /** As in {@code CsrMatrix 3706x6040, 1000209 stored}. */
  @Override
  public String toString() {
    return "CsrMatrix " + rows + "x" + columns + ", " + nonZeros() + " stored";
  }

  /**
   * @throws IllegalArgumentException naming the first row that is not as the class says
   */
  static void require(long rows, long columns, long[] offsets, int[] indices, float[] values) {
    if (rows < 0 || columns < 0 || columns > Integer.MAX_VALUE || offsets.length != rows + 1) {
      throw new IllegalArgumentException(
          "csr: "
              + rows
              + "x"
              + columns
              + " needs "
              + (rows + 1)
              + " row offsets (not "
              + offsets.length
              + ") and at most 2^31 - 1 columns");
    }
    if (indices.length != values.length
        || offsets[0] != 0
        || offsets[offsets.length - 1] != values.length) {
      throw new IllegalArgumentException(
          "csr: row offsets must go from 0 to the number of values; they go from "
              + offsets[0]
              + " to "
              + offsets[offsets.length - 1]
              + ", with "
              + indices.length
              + " column indices and "
              + values.length
              + " values");
    }
    for (int row = 0; row < rows; row++) {
      if (offsets[row + 1] < offsets[row] || offsets[row + 1] > values.length) {
        throw new IllegalArgumentException("csr: the row offsets descend or overrun at row " + row);
      }
      for (int at = (int) offsets[row]; at < offsets[row + 1]; at++) {
        int before = at == offsets[row] ? -1 : indices[at - 1];
        if (indices[at] <= before || indices[at] >= columns) {
          throw new IllegalArgumentException(
              "csr: row "
                  + row
                  + " has column "
                  + indices[at]
                  + " after "
                  + before
                  + "; columns must ascend within 0.."
                  + (columns - 1));
        }
      }
    }
  }
}
