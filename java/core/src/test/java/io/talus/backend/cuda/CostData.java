package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Random;

/** Makes operands, the same in every run: what is counted may depend on their values. */
final class CostData {
  private static final long SEED = 20260117;

  private final Workspace workspace;
  private final Random random = new Random(SEED);

  CostData(Workspace workspace) {
    this.workspace = workspace;
  }

  Device device() {
    return workspace.device();
  }

  /** Zeros. */
  Tensor zeros(long... shape) {
    return workspace.tensor(shape);
  }

  /** Between -1 and 1. */
  Tensor floats(long... shape) {
    Tensor tensor = workspace.tensor(shape);
    float[] values = new float[Math.toIntExact(tensor.size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return tensor.copyFrom(values);
  }

  /** One step of an optimizer or a random op. */
  IntTensor step() {
    return workspace.ints(new int[] {1}, 1);
  }

  /** From 0 to {@code bound - 1}. */
  IntTensor labels(int bound, int count) {
    return workspace.labels(bound, count).copyFrom(random.ints(count, 0, bound).toArray());
  }

  /** The same as floats, in one column. */
  Tensor ids(int bound, int count) {
    float[] ids = new float[count];
    for (int i = 0; i < count; i++) {
      ids[i] = random.nextInt(bound);
    }
    return workspace.tensor(ids, count, 1);
  }

  /** All rows of a table, for one column of ids. */
  IntTensor span(int rows) {
    return workspace.labels(rows + 1, 1, 2).copyFrom(0, rows);
  }

  IntTensor ints(long... shape) {
    return workspace.ints(shape);
  }

  /** Each row holds as many values, in columns at random. */
  CsrMatrix csr(int rows, int columns, int each) {
    long[] offsets = new long[rows + 1];
    int[] indices = new int[rows * each];
    float[] values = new float[rows * each];
    for (int row = 0; row < rows; row++) {
      offsets[row + 1] = (row + 1L) * each;
      int[] chosen = random.ints(0, columns).distinct().limit(each).sorted().toArray();
      System.arraycopy(chosen, 0, indices, row * each, each);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + random.nextInt(5);
    }
    return workspace.csr(rows, columns, offsets, indices, values);
  }
}
