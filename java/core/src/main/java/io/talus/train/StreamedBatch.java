package io.talus.train;

import io.talus.data.ExampleSource;
import io.talus.op.Copy;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Room for one batch on the heap: filled by some threads, put on the device by another. Where the
 * device has memory of its own, features go there in an order of work beside that of their readers,
 * and so while the step before is at work; the readers' order then has a copy within the device.
 */
final class StreamedBatch {
  private final ExampleSource examples;
  private final String what;
  private final boolean isChecked;
  private final Network network;
  private final float[] features;
  private final int[] labels;
  private final Target whole;
  private final Target last;
  private int rows;
  private int rowsLeft;

  /** Where so many rows go; copy: from there to the inputs, or null. */
  private record Target(
      int rows,
      Tensor inputs,
      Copy copy,
      IntTensor targets,
      FloatBuffer features,
      IntBuffer labels) {}

  /**
   * @param what they are read for, in messages
   * @param isChecked whether features must be looked at
   * @param inputs gets the features, of as many rows as a full batch has
   * @param targets gets the classes
   * @param ahead where features wait, of another workspace than the inputs; null: straight to them
   */
  StreamedBatch(
      ExampleSource examples,
      Network network,
      String what,
      boolean isChecked,
      Tensor inputs,
      IntTensor targets,
      Tensor ahead) {
    this.examples = examples;
    this.network = network;
    this.what = what;
    this.isChecked = isChecked;
    int all = examples.rows();
    int batch = Math.toIntExact(inputs.rows());
    int most = Math.min(all, batch);
    features = new float[Math.multiplyExact(most, examples.inputs())];
    labels = new int[most];
    whole = target(inputs, targets, ahead, most);
    last = target(inputs, targets, ahead, all % batch == 0 ? most : all % batch);
  }

  private Target target(Tensor inputs, IntTensor targets, Tensor ahead, int count) {
    Tensor read = inputs.rows(0, count);
    Tensor first = ahead == null ? read : ahead.rows(0, count);
    return new Target(
        count,
        first,
        ahead == null ? null : new Copy(first, read),
        targets.rows(0, count),
        FloatBuffer.wrap(features, 0, count * examples.inputs()),
        IntBuffer.wrap(labels, 0, count));
  }

  /** Makes room for so many rows, none of which is read. Guarded by the feed, as what follows. */
  void begin(int count) {
    rows = count;
    rowsLeft = count;
  }

  /** So many more rows are read. */
  void finished(int count) {
    rowsLeft -= count;
  }

  boolean isWhole() {
    return rowsLeft == 0;
  }

  /**
   * Reads some rows of the batch.
   *
   * @param order the numbers of examples
   * @param from where the batch begins there
   * @param first row of the batch to read
   */
  void read(int[] order, int from, int first, int count) {
    for (int i = first; i < first + count; i++) {
      int example = order[from + i];
      labels[i] = examples.label(example);
      examples.read(example, features, i * examples.inputs());
      if (isChecked) {
        requireFit(example, i * examples.inputs());
      }
    }
  }

  private void requireFit(int example, int from) {
    for (int at = from; at < from + examples.inputs(); at++) {
      if (!Float.isFinite(features[at])) {
        throw new IllegalArgumentException(
            what + ": feature " + (at - from) + " of row " + example + " is " + features[at]);
      }
    }
    EmbeddingLayer.requireIds(network, what, example, features, from, from + examples.inputs());
  }

  /** Copies what was read to the device; its rows. */
  int upload() {
    Target target = rows == whole.rows ? whole : last;
    target.inputs.copyFrom(target.features);
    if (target.copy != null) {
      network.device().copy(target.copy);
    }
    target.targets.copyFrom(target.labels);
    return rows;
  }
}
