package io.talus.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The digits that come along, as a person's file: 64 pixels of 0 to 16 and the class. */
final class DigitsFile {
  private DigitsFile() {}

  /** Writes them to a folder; as an argument of commands. */
  static String in(Path folder) throws IOException {
    Path file = folder.resolve("digits.csv.gz");
    try (InputStream in = QuickstartData.class.getResourceAsStream("digits.csv.gz")) {
      Files.copy(in, file);
    }
    return file.toString();
  }
}
