package io.talus.bench.table;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds real data sets, which are no part of the project. */
final class DataFolder {
  private DataFolder() {}

  /**
   * The file of that name in {@code shared/data} beside the checkout.
   *
   * @throws UncheckedIOException when there is none
   */
  static Path require(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path file = at.resolve("shared").resolve("data").resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new UncheckedIOException(
        new FileNotFoundException("there is no shared/data/" + name + " here or above"));
  }
}
