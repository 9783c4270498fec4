package io.talus.train;

import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.Shuffle;
import io.talus.op.GatherRows;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a dataset's features in the device's memory and gathers batches of them there. Feeding
 * allocates nothing.
 */
public final class BatchFeed implements Feed {
  private final TrainingStep step;
  private final Workspace memory;
  private final Tensor table;
  private final IntTensor chosen;
  private final int[] labels;
  private final int[] order;
  private final List<Source> sources = new ArrayList<>();

  /** What is needed to load one number of rows. */
  private record Source(
      int rows, GatherRows gather, IntTensor chosen, IntTensor targets, IntBuffer labels) {}

  /**
   * @throws IllegalArgumentException when the dataset does not fit the network
   */
  public BatchFeed(Dataset data, TrainingStep step) {
    step.network().requireFits(data, "training");
    this.step = step;
    this.labels = data.labels();
    this.order = new int[data.rows()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    memory = step.network().device().workspace();
    try {
      table = data.upload(memory);
      chosen = memory.labels(data.rows(), step.batch());
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
    if (data.rows() >= step.batch()) {
      plan(step.batch());
    }
    if (data.rows() % step.batch() != 0) {
      plan(data.rows() % step.batch());
    }
  }

  private void plan(int rows) {
    IntTensor indices = chosen.rows(0, rows);
    GatherRows gather = new GatherRows(table, indices, step.inputs().rows(0, rows));
    sources.add(
        new Source(rows, gather, indices, step.targets().rows(0, rows), IntBuffer.allocate(rows)));
  }

  @Override
  public void shuffle(long seed, int epoch, int first) {
    Shuffle.shuffle(order, seed, epoch);
  }

  @Override
  public int batches() {
    return (order.length + step.batch() - 1) / step.batch();
  }

  @Override
  public int load(int batch) {
    int from = Math.multiplyExact(batch, step.batch());
    int rows = Math.min(step.batch(), order.length - from);
    Source source = source(rows);
    IntBuffer numbers = source.labels;
    numbers.put(0, order, from, rows);
    source.chosen.copyFrom(numbers);
    for (int i = 0; i < rows; i++) {
      numbers.put(i, labels[order[from + i]]);
    }
    source.targets.copyFrom(numbers);
    step.network().device().gatherRows(source.gather);
    return rows;
  }

  private Source source(int rows) {
    for (int i = 0; i < sources.size(); i++) {
      if (sources.get(i).rows == rows) {
        return sources.get(i);
      }
    }
    throw new IndexOutOfBoundsException("there are " + batches() + " batches");
  }

  @Override
  public void close() {
    memory.close();
  }
}
