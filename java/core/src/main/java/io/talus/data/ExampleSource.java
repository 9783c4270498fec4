package io.talus.data;

import java.util.List;
import java.util.Optional;

/**
 * Examples that are read a row at a time, in any order: in memory ({@link Dataset}), or from disk
 * as they are needed ({@link ImageFolder}).
 */
public interface ExampleSource {

  /** Examples. */
  int rows();

  /** Features of an example. */
  int inputs();

  int classes();

  /** How a row is an image, where it is one. */
  Optional<ImageShape> image();

  /** The class of one example. */
  int label(int row);

  /**
   * Copies the features of one example, all of them finite. Safe for use from several threads.
   *
   * @param target gets them from place {@code at} on
   * @throws java.io.UncheckedIOException when they cannot be read
   */
  void read(int row, float[] target, int at);

  /** The class of every example; a copy. */
  default int[] labels() {
    int[] labels = new int[rows()];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = label(row);
    }
    return labels;
  }

  /** Examples of each class. */
  default int[] classCounts() {
    int[] counts = new int[classes()];
    for (int row = 0; row < rows(); row++) {
      counts[label(row)]++;
    }
    return counts;
  }

  /**
   * The examples of these numbers, in this order; read from this source as they are needed.
   *
   * @throws IndexOutOfBoundsException when there is no such example
   * @throws IllegalArgumentException when none is chosen
   */
  default ExampleSource select(int... chosen) {
    return new ChosenExamples(this, chosen);
  }

  /**
   * Sets the same share of each class aside, as {@link Dataset#stratifiedSplit} does, without
   * reading any example.
   *
   * @param share in (0, 1)
   * @throws IllegalArgumentException when a class has a single example
   */
  default Parts parts(double share, long seed) {
    StratifiedParts rows = StratifiedParts.of(labels(), classes(), share, seed);
    return new Parts(select(rows.training()), select(rows.heldOut()));
  }

  /**
   * Two parts without an example in common.
   *
   * @param training what is learned from
   * @param heldOut what is only looked at
   */
  record Parts(ExampleSource training, ExampleSource heldOut) {}

  /**
   * What to expect of learning from these, where they are few or of many classes, in words; empty
   * where nothing is to be said.
   */
  default List<String> advice() {
    return DatasetAdvice.of(classCounts());
  }
}
