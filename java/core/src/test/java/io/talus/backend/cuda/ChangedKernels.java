package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernels that do something else than they should, for a process that tests start. */
final class ChangedKernels {
  private ChangedKernels() {}

  /**
   * Puts a family's kernels for 8.0 and up into {@code folder}, with every match of {@code what}
   * changed.
   *
   * @return the option with which a JVM takes them in place of the library's
   */
  static String write(Path folder, String family, String what, String by) throws IOException {
    String name = "ptx/sm_80/" + family + ".ptx";
    String ptx;
    try (InputStream in = SelfTest.class.getResourceAsStream(name)) {
      ptx = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
    String changed = ptx.replaceAll(what, by);
    assertNotEquals(ptx, changed, "nothing to change in " + family);
    Path file = folder.resolve("io/talus/backend/cuda").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, changed);
    // What the parent of the application's class loader has comes before the library's own.
    return "-Xbootclasspath/a:" + folder;
  }
}
