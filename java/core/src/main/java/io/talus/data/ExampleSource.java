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

  /** Examples of each class. */
  default int[] classCounts() {
    int[] counts = new int[classes()];
    for (int row = 0; row < rows(); row++) {
      counts[label(row)]++;
    }
    return counts;
  }

  /**
   * What to expect of learning from these, where they are few or of many classes, in words; empty
   * where nothing is to be said.
   */
  default List<String> advice() {
    return DatasetAdvice.of(classCounts());
  }
}
