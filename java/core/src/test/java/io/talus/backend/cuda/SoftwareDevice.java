package io.talus.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs a program of these tests on a software device of its own, in a process of its own. */
final class SoftwareDevice {
  private static final int SECONDS = 240;

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
   * @param options of the JVM, such as {@code -Dtalus.cuda.sync=true}
   */
  static Outcome run(Class<?> program, Map<String, String> settings, String... options)
      throws IOException, InterruptedException {
    Path report = Files.createTempFile("findings", ".jsonl");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dtalus.cuda.software=" + folder());
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(classPath());
    command.add(program.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTCUDA_REPORT", report.toString());
    builder.environment().putAll(settings);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the program does not end: " + output);
    String findings = Files.readString(report);
    Files.delete(report);
    return new Outcome(process.exitValue(), output, findings);
  }

  private static String classPath() {
    return String.join(
        System.getProperty("path.separator"),
        place(Devices.class),
        place(SoftwareDevice.class),
        System.getProperty("jdk.module.path", ""),
        System.getProperty("java.class.path"));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
