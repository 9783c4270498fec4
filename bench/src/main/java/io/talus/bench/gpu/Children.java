package io.talus.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs each part of the check in a process of its own, so that a kernel that ruins its context
 * spoils nothing else. What they print goes to one log.
 */
final class Children {
  private static final long MINUTES = 30;
  private static final int NATIVE_ACCESS_ASKED_FOR = 22;

  private final Path folder;
  private final Path log;
  private int count;

  /**
   * @param folder for what the processes write; also their temporary folder
   */
  Children(Path folder, Path log) {
    this.folder = folder;
    this.log = log;
  }

  /**
   * What one process has written.
   *
   * @param failure how it ended, or null where it ended well
   */
  record Result(List<String[]> lines, String failure) {}

  /** Runs {@code main} with the file to write to as its first argument. */
  Result run(Class<?> main, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    Path file = folder.resolve("part-" + count++ + ".tsv");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx3g");
    command.add("-XX:MaxDirectMemorySize=3g");
    command.add("-Djava.io.tmpdir=" + folder);
    // Our kernels are what is checked; who wants others asks for them.
    command.add("-Dtalus.cuda.cublas=off");
    if (Runtime.version().feature() >= NATIVE_ACCESS_ASKED_FOR) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    System.getProperties()
        .forEach(
            (name, value) -> {
              if (name.toString().startsWith("talus.")) {
                command.add("-D" + name + "=" + value);
              }
            });
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.add(file.toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    String failure = null;
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      failure = "had not ended after " + MINUTES + " minutes";
    } else if (process.exitValue() != 0) {
      failure = "ended with status " + process.exitValue() + "; " + lastWords();
    }
    return new Result(Records.read(file), failure);
  }

  /** The last line that it printed, those of a stack trace left out. */
  private String lastWords() throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("\t"))
        .reduce((before, last) -> last)
        .map(line -> "its last words: " + line)
        .orElse("it said nothing");
  }
}
