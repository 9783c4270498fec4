package io.talus.backend.reference;

import io.talus.tensor.HostMemory;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;

/**
 * A tensor as the loops see it: elements counted from its own first one, read as float and written
 * with the one rounding from double; and whole rows copied at once, for loops that read a row
 * often.
 */
final class Floats {
  private final HostMemory memory;
  private final long offset;
  private final long columns;

  private Floats(Tensor tensor) {
    this.memory = (HostMemory) tensor.memory();
    this.offset = tensor.offset();
    this.columns = tensor.columns();
  }

  /** Null for an operand that is absent. */
  static Floats of(Tensor tensor) {
    return tensor == null ? null : new Floats(tensor);
  }

  float get(long i) {
    return memory.getFloat(offset + i);
  }

  float get(long row, long column) {
    return memory.getFloat(offset + row * columns + column);
  }

  void set(long i, double value) {
    memory.setFloat(offset + i, (float) value);
  }

  void set(long row, long column, double value) {
    memory.setFloat(offset + row * columns + column, (float) value);
  }

  /** Copies a row. */
  void readRow(long row, float[] into) {
    memory.download(offset + row * columns, FloatBuffer.wrap(into));
  }

  /** Copies a column. */
  void readColumn(long column, float[] into) {
    for (int row = 0; row < into.length; row++) {
      into[row] = get(row, column);
    }
  }

  /** A copy of a row. */
  float[] row(long row) {
    float[] copy = new float[length(columns)];
    readRow(row, copy);
    return copy;
  }

  static int get(IntTensor tensor, long i) {
    return ((HostMemory) tensor.memory()).getInt(tensor.offset() + i);
  }

  static void set(IntTensor tensor, long i, int value) {
    ((HostMemory) tensor.memory()).setInt(tensor.offset() + i, value);
  }

  /**
   * A length that a Java array must have.
   *
   * @throws ArithmeticException beyond 2^31 - 1, which only the other backends can do
   */
  static int length(long elements) {
    return Math.toIntExact(elements);
  }
}
