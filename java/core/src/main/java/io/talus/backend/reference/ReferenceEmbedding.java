package io.talus.backend.reference;

import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** Vectors by their ids, an id after the other. */
final class ReferenceEmbedding {
  private static final int NONE = -1;

  private ReferenceEmbedding() {}

  static void run(Embedding op) {
    Floats table = Floats.of(op.table());
    Floats y = Floats.of(op.y());
    long dimensions = op.table().columns();
    for (long i = 0; i < op.ids().size(); i++) {
      int row = row(op.ids(), op.spans(), i);
      for (long d = 0; d < dimensions; d++) {
        y.set(i * dimensions + d, row == NONE ? Double.NaN : table.get(row, d));
      }
    }
  }

  static void run(EmbeddingGradient op) {
    int dimensions = Floats.length(op.dTable().columns());
    Floats dY = Floats.of(op.dY());
    Map<Integer, double[]> sums = new HashMap<>();
    for (long i = 0; i < op.ids().size(); i++) {
      int row = row(op.ids(), op.spans(), i);
      if (row != NONE) {
        double[] sum = sums.computeIfAbsent(row, met -> new double[dimensions]);
        for (int d = 0; d < dimensions; d++) {
          sum[d] += dY.get(i * dimensions + d);
        }
      }
    }
    Floats dTable = Floats.of(op.dTable());
    double[] zeros = new double[dimensions];
    for (int row = 0; row < op.dTable().rows(); row++) {
      double[] sum = sums.getOrDefault(row, zeros);
      for (int d = 0; d < dimensions; d++) {
        dTable.set(row, d, sum[d]);
      }
    }
  }

  /** The row of the table that the i-th id means. */
  private static int row(Tensor ids, IntTensor spans, long i) {
    float id = Floats.of(ids).get(i);
    long column = i % ids.columns();
    if (!(id >= 0 && id < Embedding.IDS && id == (int) id)) {
      return NONE;
    }
    long row = Floats.get(spans, 2 * column) + (long) id;
    return row < Floats.get(spans, 2 * column + 1) ? (int) row : NONE;
  }
}
