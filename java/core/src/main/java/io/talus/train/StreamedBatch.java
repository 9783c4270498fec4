package io.talus.train;

import io.talus.data.ExampleSource;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Room for one batch on the heap: filled by some threads, put on the device by another. */
final class StreamedBatch {
  private final ExampleSource examples;
  private final boolean isChecked;
  private final float[] features;
  private final int[] labels;
  private final Target whole;
  private final Target last;
  private int rows;
  private int rowsLeft;

  /** Where so many rows go. */
  private record Target(
      int rows, Tensor inputs, IntTensor targets, FloatBuffer features, IntBuffer labels) {}

  /**
   * @param isChecked whether features must be looked at
   * @param inputs gets the features, of as many rows as a full batch has
   * @param targets gets the classes
   */
  StreamedBatch(ExampleSource examples, boolean isChecked, Tensor inputs, IntTensor targets) {
    this.examples = examples;
    this.isChecked = isChecked;
    int all = examples.rows();
    int batch = Math.toIntExact(inputs.rows());
    int most = Math.min(all, batch);
    features = new float[Math.multiplyExact(most, examples.inputs())];
    labels = new int[most];
    whole = target(inputs, targets, most);
    last = target(inputs, targets, all % batch == 0 ? most : all % batch);
  }

  private Target target(Tensor inputs, IntTensor targets, int count) {
    return new Target(
        count,
        inputs.rows(0, count),
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
        requireFinite(example, i * examples.inputs());
      }
    }
  }

  private void requireFinite(int example, int from) {
    for (int at = from; at < from + examples.inputs(); at++) {
      if (!Float.isFinite(features[at])) {
        throw new IllegalArgumentException(
            "examples: feature " + (at - from) + " of row " + example + " is " + features[at]);
      }
    }
  }

  /** Copies what was read to the device; its rows. */
  int upload() {
    Target target = rows == whole.rows ? whole : last;
    target.inputs.copyFrom(target.features);
    target.targets.copyFrom(target.labels);
    return rows;
  }
}
