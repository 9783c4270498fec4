package io.talus.backend.cuda;

import io.talus.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Runs a program of these tests on a software device of its own, in a process of its own. */
final class SoftwareDevice {
  /** What a program printed, and what the device found. */
  record Outcome(int status, String output, String findings) {}

  private SoftwareDevice() {}

  /** The folder of the software device; the test is skipped where there is none. */
  static String folder() {
    String folder = System.getProperty("talus.cuda.software", "");
    Assumptions.assumeFalse(
        folder.isBlank(), "the software CUDA device is not built, or talus.cuda.software not set");
    return folder;
  }

  /**
   * Runs {@code program}'s main method.
   *
   * @param settings variables of the software device, such as SOFTCUDA_DEVICES
   * @param options of the JVM, such as {@code -Dtalus.cuda.sync=true}; the last of a kind counts
   */
  static Outcome run(Class<?> program, Map<String, String> settings, String... options)
      throws IOException, InterruptedException {
    Path report = Files.createTempFile("findings", ".jsonl");
    Map<String, String> variables = new HashMap<>(settings);
    variables.put("SOFTCUDA_REPORT", report.toString());
    List<String> all = new ArrayList<>(List.of("-Dtalus.cuda.software=" + folder()));
    all.addAll(List.of(options));
    ChildJvm child = ChildJvm.run(variables, all, program.getName());
    String findings = Files.readString(report);
    Files.delete(report);
    return new Outcome(child.status(), child.output(), findings);
  }
}
