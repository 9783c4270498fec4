package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of the command line tool in a process of its own, because a device is started once. */
record ChildRun(int status, String output) {

  /**
   * Runs the tool on the software CUDA device; the test is skipped where that is not built.
   *
   * @param settings variables of the software device
   */
  static ChildRun onSoftwareDevice(Map<String, String> settings, String... arguments)
      throws IOException, InterruptedException {
    Path folder = Path.of(System.getProperty("softcuda.directory", "nowhere"));
    assumeTrue(
        Files.exists(folder.resolve("libcuda.so.1")),
        () -> "the software CUDA device is not built in " + folder);
    return run(settings, List.of("-Dtalus.cuda.software=" + folder), arguments);
  }

  static ChildRun run(Map<String, String> variables, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    return ended(start(variables, options, arguments), "");
  }

  /**
   * A run that gets a signal once it has said something; the test is skipped where none can be
   * sent.
   *
   * @param signal its name, as in {@code INT}
   */
  static ChildRun interrupted(String signal, String said, String... arguments)
      throws IOException, InterruptedException {
    assumeTrue(Files.exists(Path.of("/bin/kill")), "there is no /bin/kill");
    Process process = start(Map.of(), List.of("-Xmx512m"), arguments);
    String before = readUntil(process, said);
    new ProcessBuilder("/bin/kill", "-" + signal, "" + process.pid()).start().waitFor();
    return ended(process, before);
  }

  private static String readUntil(Process process, String wanted) throws IOException {
    StringBuilder read = new StringBuilder();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8), 1);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.append(line).append('\n');
      if (line.contains(wanted)) {
        return read.toString();
      }
    }
    throw new AssertionError("'" + wanted + "' never came; only\n" + read);
  }

  /**
   * Waits for the end of a run.
   *
   * @param read of its output before
   */
  static ChildRun ended(Process process, String read) throws IOException, InterruptedException {
    String rest = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the process ends");
    return new ChildRun(process.exitValue(), read + rest);
  }

  /** Starts the tool, which runs on beside the test. */
  static Process start(Map<String, String> variables, List<String> options, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("SOFTCUDA_"));
    builder.environment().remove("TALUS_DEVICE");
    builder.environment().putAll(variables);
    return builder.start();
  }
}
