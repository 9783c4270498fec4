package io.talus.data;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * Finds real data sets, which are no part of the project: in the folder that the property {@code
 * talus.data} names, or in {@code shared/data} beside the checkout.
 */
public final class DataFolder {
  private DataFolder() {}

  /** The file of that name below the folder; without it the test is skipped, and says so. */
  public static Path require(String name) {
    Path folder = folder();
    Assumptions.assumeTrue(
        folder != null, () -> "no data folder: set -Dtalus.data=DIR to test with " + name);
    Path file = folder.resolve(name);
    Assumptions.assumeTrue(Files.exists(file), () -> "there is no " + file);
    return file;
  }

  private static Path folder() {
    String property = System.getProperty("talus.data", "");
    if (!property.isBlank() && !property.startsWith("${")) {
      return Path.of(property);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared").resolve("data");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return null;
  }
}
