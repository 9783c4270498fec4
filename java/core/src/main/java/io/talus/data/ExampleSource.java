package io.talus.data;

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
   * Copies the features of one example. Safe for use from several threads.
   *
   * @param target gets them from place {@code at} on
   * @throws java.io.UncheckedIOException when they cannot be read
   */
  void read(int row, float[] target, int at);
}
