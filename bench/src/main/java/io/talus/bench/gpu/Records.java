package io.talus.bench.gpu;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process of the check has found out, line by line, each written at once: when the process
 * dies, what it had written counts.
 */
final class Records implements AutoCloseable {
  private final PrintWriter file;

  Records(Path file) throws IOException {
    this.file = new PrintWriter(Files.newBufferedWriter(file), true);
  }

  /** One line of fields. */
  void add(Object... fields) {
    file.println(
        Stream.of(fields)
            .map(field -> String.valueOf(field).replaceAll("[\\t\\r\\n]+", " "))
            .collect(Collectors.joining("\t")));
  }

  @Override
  public void close() {
    file.close();
  }

  /** The lines of a file, those of one sort, without the sort. */
  static List<String[]> of(String sort, List<String[]> all) {
    return all.stream().filter(fields -> fields[0].equals(sort)).toList();
  }

  static List<String[]> read(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(line -> line.split("\t", -1)).toList()
        : List.of();
  }
}
