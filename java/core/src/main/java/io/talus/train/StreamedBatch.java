package io.talus.train;

import io.talus.data.ExampleSource;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** Room for one batch on the heap: filled by one thread, put into the training step by another. */
final class StreamedBatch {
  private final ExampleSource examples;
  private final boolean isChecked;
  private final float[] features;
  private final int[] labels;
  private final Target whole;
  private final Target last;
  private int rows;

  /** Where so many rows go. */
  private record Target(
      int rows, Tensor inputs, IntTensor targets, FloatBuffer features, IntBuffer labels) {}

  /**
   * @param isChecked whether features must be looked at
   * @param all rows of an epoch
   */
  StreamedBatch(ExampleSource examples, boolean isChecked, TrainingStep step, int all) {
    this.examples = examples;
    this.isChecked = isChecked;
    int most = Math.min(all, step.batch());
    features = new float[Math.multiplyExact(most, examples.inputs())];
    labels = new int[most];
    whole = target(step, most);
    last = target(step, all % step.batch() == 0 ? most : all % step.batch());
  }

  private Target target(TrainingStep step, int count) {
    return new Target(
        count,
        step.inputs().rows(0, count),
        step.targets().rows(0, count),
        FloatBuffer.wrap(features, 0, count * examples.inputs()),
        IntBuffer.wrap(labels, 0, count));
  }

  /** Reads the examples of these numbers, from one place on, up to a full batch. */
  void read(int[] order, int from) {
    rows = Math.min(whole.rows, order.length - from);
    for (int i = 0; i < rows; i++) {
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
            "training: feature " + (at - from) + " of row " + example + " is " + features[at]);
      }
    }
  }

  /** Copies what was read to the step; its rows. */
  int upload() {
    Target target = rows == whole.rows ? whole : last;
    target.inputs.copyFrom(target.features);
    target.targets.copyFrom(target.labels);
    return rows;
  }
}
