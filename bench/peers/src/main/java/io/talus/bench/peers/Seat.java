package io.talus.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A contender's process: sleeps until it is asked for a measurement. */
final class Seat implements AutoCloseable {
  private static final List<String> UNSET =
      List.of(
          "OPENBLAS_CORETYPE",
          "OPENBLAS_L2_SIZE",
          "OPENBLAS_NUM_THREADS",
          "OMP_NUM_THREADS",
          "OMP_WAIT_POLICY",
          "GOMP_SPINCOUNT",
          "ONEDNN_MAX_CPU_ISA",
          "TALUS_CPU_ISA",
          "TALUS_CPU_THREADS",
          "TALUS_DEVICE");

  private final Contender contender;
  private final Process process;
  private final BufferedReader output;
  private final PrintWriter input;
  private final double[] evidence;

  /** Starts it and waits until it has computed its evidence and is warm. */
  Seat(Contender contender, String what) throws IOException {
    this.contender = contender;
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                PeerProcess.class.getName(),
                contender.kind(),
                what)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    UNSET.forEach(builder.environment()::remove);
    builder.environment().putAll(contender.environment());
    process = builder.start();
    output = process.inputReader(StandardCharsets.UTF_8);
    input = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    evidence = read(PeerProcess.EVIDENCE);
  }

  Contender contender() {
    return contender;
  }

  double[] evidence() {
    return evidence;
  }

  double seconds() throws IOException {
    input.println();
    return read(PeerProcess.SECONDS)[0];
  }

  /** Processor time that it has had. */
  long nanos() {
    return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
  }

  private double[] read(String word) throws IOException {
    String line = output.readLine();
    if (line == null || !line.startsWith(word)) {
      throw new IOException(contender.title() + " said " + line + " instead of " + word);
    }
    return Arrays.stream(line.split("\t")).skip(1).mapToDouble(Double::parseDouble).toArray();
  }

  @Override
  public void close() {
    input.close();
    process.destroy();
  }
}
