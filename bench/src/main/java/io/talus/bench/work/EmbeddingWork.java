package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.SplittableRandom;

/** Vectors of ids and the gradient of their table, of ids x vocabulary x dimensions. */
public final class EmbeddingWork {
  private static final int SAMPLES = 64;
  private static final long SEED = 3;

  /** What the record promises, of the sum of sizes. */
  private static final double TOLERANCE = 34 * Answer.EPSILON;

  private final Workspace workspace;
  private final int[] rows;
  private final Tensor ids;
  private final IntTensor spans;
  private final Tensor table;
  private final Tensor vectors;

  private EmbeddingWork(Device device, NamedShape shape) {
    int count = Math.toIntExact(shape.size(0));
    int vocabulary = Math.toIntExact(shape.size(1));
    workspace = device.workspace();
    rows = new SplittableRandom(SEED).ints(count, 0, vocabulary).toArray();
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = rows[i];
    }
    ids = workspace.tensor(numbers, count, 1);
    spans = workspace.labels(vocabulary + 1, 1, 2).copyFrom(0, vocabulary);
    table = Numbers.signed(workspace.tensor(vocabulary, shape.size(2)), 1);
    vectors = Numbers.signed(workspace.tensor(count, shape.size(2)), 2);
  }

  public static Work of(Device device, NamedShape shape) {
    EmbeddingWork work = new EmbeddingWork(device, shape);
    Embedding op = new Embedding(work.table, work.ids, work.spans, work.vectors);
    return new Work(work.workspace, op, () -> device.embedding(op), work::check);
  }

  private void check() {
    for (long i : Answer.samples(SAMPLES, rows.length)) {
      double[] expected = Answer.row(table, rows[(int) i]);
      double[] found = Answer.row(vectors, i);
      for (int d = 0; d < expected.length; d++) {
        Answer.near(expected[d], found[d], 0, "y", i, d);
      }
    }
  }

  public static Work gradient(Device device, NamedShape shape) {
    EmbeddingWork work = new EmbeddingWork(device, shape);
    EmbeddingGradient op = new EmbeddingGradient(work.vectors, work.ids, work.spans, work.table);
    return new Work(work.workspace, op, () -> device.embeddingGradient(op), work::checkGradient);
  }

  private void checkGradient() {
    for (long row : Answer.samples(SAMPLES, table.rows())) {
      double[] sums = new double[(int) table.columns()];
      double[] sizes = new double[sums.length];
      for (int i = 0; i < rows.length; i++) {
        if (rows[i] == row) {
          double[] dY = Answer.row(vectors, i);
          for (int d = 0; d < sums.length; d++) {
            sums[d] += dY[d];
            sizes[d] += Math.abs(dY[d]);
          }
        }
      }
      double[] found = Answer.row(table, row);
      for (int d = 0; d < sums.length; d++) {
        Answer.near(sums[d], found[d], TOLERANCE * sizes[d], "dTable", row, d);
      }
    }
  }
}
