package io.talus.bench.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a class in a virtual machine of its own, with this one's class path and environment. */
final class ChildProcess {
  private ChildProcess() {}

  /**
   * @param options of the virtual machine
   * @return the lines that it printed
   * @throws UncheckedIOException when it failed
   */
  static List<String> run(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        List<String> lines = output.lines().toList();
        if (process.waitFor() != 0 || lines.isEmpty()) {
          throw new IOException(main.getSimpleName() + " ended with " + process.exitValue());
        }
        return lines;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while timing", interrupted);
    }
  }
}
