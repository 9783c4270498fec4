package io.talus.bench.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs the measuring processes, each with the same environment. */
final class Processes {
  private static final List<String> UNSET =
      List.of(
          "OPENBLAS_CORETYPE",
          "OPENBLAS_L2_SIZE",
          "OMP_WAIT_POLICY",
          "GOMP_SPINCOUNT",
          "ONEDNN_MAX_CPU_ISA",
          "TALUS_CPU_ISA",
          "TALUS_DEVICE");

  private final List<String> wrapper;
  private final int threads;

  /**
   * @param wrapper a command to run each process under, such as taskset's; empty for none
   * @param threads for Talus and its peers alike
   */
  Processes(List<String> wrapper, int threads) {
    this.wrapper = wrapper;
    this.threads = threads;
  }

  /**
   * Measures one group of lines in one process.
   *
   * @param samples by line, to add to
   * @throws IOException when the process fails
   */
  void measure(String group, Map<String, Samples> samples)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx2g");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Measuring.class.getName());
    command.add(group);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    UNSET.forEach(builder.environment()::remove);
    for (String variable : List.of("OMP", "OPENBLAS")) {
      builder.environment().put(variable + "_NUM_THREADS", Integer.toString(threads));
    }
    builder.environment().put("TALUS_CPU_THREADS", Integer.toString(threads));
    Process process = builder.start();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      output.lines().forEach(line -> collect(line, samples));
    }
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException("measuring " + group + " ended with status " + status);
    }
  }

  private static void collect(String line, Map<String, Samples> samples) {
    String[] fields = line.split("\t");
    if (fields.length > 2) {
      samples
          .computeIfAbsent(fields[0], id -> new Samples())
          .add(fields[1], Arrays.copyOfRange(fields, 2, fields.length));
    }
  }
}
