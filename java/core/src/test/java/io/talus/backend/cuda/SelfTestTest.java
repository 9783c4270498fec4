package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    Path its = Files.createTempDirectory(folder, family);
    String option = ChangedKernels.write(its, family, what, by);
    return SoftwareDevice.run(ProbeReason.class, Map.of(), option).output();
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
