package io.talus.data;

import java.io.IOException;
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

  /**
   * The file of that name, packed by xz, unpacked to another; without it, or without {@code xz},
   * the test is skipped, and says so.
   */
  public static Path unpacked(String name, Path plain) throws IOException {
    Path packed = require(name);
    try {
      Process xz =
          new ProcessBuilder("xz", "-dc", packed.toString())
              .redirectOutput(plain.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Assumptions.assumeTrue(xz.waitFor() == 0, () -> "xz cannot unpack " + packed);
    } catch (IOException missing) {
      Assumptions.abort("there is no xz to unpack " + packed);
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
    return plain;
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
