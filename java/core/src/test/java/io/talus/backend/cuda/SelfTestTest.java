package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device whose kernels compute something else is not used, and the reason says what was wrong.
 */
@Tag("emulated")
class SelfTestTest {
  @TempDir Path folder;

  /** Probes with one family's kernels changed. */
  private String reason(String family, String what, String by)
      throws IOException, InterruptedException {
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
    SoftwareDevice.Outcome outcome =
        SoftwareDevice.run(ProbeReason.class, Map.of(), "-Xbootclasspath/a:" + folder);
    Files.delete(file);
    return outcome.output();
  }

  private void assertCaught(String result, String family, String what, String by)
      throws IOException, InterruptedException {
    String reason = reason(family, what, by);
    assertTrue(reason.startsWith("GPU 0 is not used: "), family + ": " + reason);
    assertTrue(reason.contains(" of " + result + ", which is "), family + ": " + reason);
  }

  @Test
  void goodKernelsAreFoundGood() throws Exception {
    assertEquals("usable\n", SoftwareDevice.run(ProbeReason.class, Map.of()).output());
  }

  @Test
  void wrongResultsAreNamed() throws Exception {
    // Asynchronous copies that bring zeros.
    assertCaught("a product", "gemm", "(cp\\.async[^;]*), %r\\d+;", "$1, 0;");
    assertCaught("a softmax", "softmax", "add\\.f32", "sub.f32");
    assertCaught("a sum", "reduce", "add\\.f64", "sub.f64");
    assertCaught("largest elements", "reduce", "max\\.u64", "min.u64");
  }

  @Test
  void kernelsThatDoNotLoadAreNamed() throws Exception {
    String reason = reason("softmax", "ex2\\.approx", "ex3.approx");
    assertTrue(reason.contains("kernels softmax (sm_80): cuModuleLoadData gave"), reason);
  }
}
