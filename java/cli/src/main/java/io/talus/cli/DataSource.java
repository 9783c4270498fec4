package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Files with examples, found but not read yet: a part to learn from, and perhaps one for the last
 * test.
 */
interface DataSource {

  /**
   * Examples and what their classes are called.
   *
   * @param classes a name for each number
   */
  record Labelled(Dataset examples, List<String> classes) {}

  /** Looks for files of one kind. */
  @FunctionalInterface
  interface Finder {
    /** What is there, or nothing. */
    Optional<DataSource> find(Path data, Reading reading) throws IOException;
  }

  /**
   * How files are to be read.
   *
   * @param label the column of the class in a CSV file, by name or number, or null for the last
   * @param separator between its columns
   * @param height of images, or 0 where it is not said
   * @param width of images, or 0
   * @param channels of images, or 0
   */
  record Reading(String label, String separator, int height, int width, int channels) {

    /**
     * What an example is; null where its size is not said.
     *
     * @param usualChannels where their number is not said
     */
    ImageShape image(int usualChannels) {
      return height == 0 ? null : new ImageShape(height, width, channels(usualChannels));
    }

    int channels(int usual) {
      return channels == 0 ? usual : channels;
    }
  }

  /** In a few words, for headings. */
  String name();

  /**
   * Reads what is learned from; the only part where there is one.
   *
   * @param classes what the classes are called, in the order of their numbers, or null for those
   *     that the files have
   * @throws io.talus.data.MalformedFileException when a file is not what it should be
   */
  Labelled training(List<String> classes) throws IOException;

  boolean hasTest();

  /** Reads the part for the last test; see {@link #training}. */
  Labelled test(List<String> classes) throws IOException;
}
