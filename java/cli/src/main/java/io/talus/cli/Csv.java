package io.talus.cli;

import io.talus.data.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A table for other programs, as RFC 4180 has it: comma, double quotes where they are needed. */
final class Csv {
  private final Writer out;

  private Csv(Writer out) {
    this.out = out;
  }

  /** Writes the lines of a table. */
  @FunctionalInterface
  interface Writing {
    void to(Csv csv) throws IOException;
  }

  /** Writes a file, which appears whole or not at all. */
  static void write(Path file, Writing writing) throws IOException {
    AtomicFile.write(
        file,
        channel -> {
          Writer out =
              new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), 1 << 16);
          write(out, writing);
        });
  }

  /** Writes to what is open, and leaves it so. */
  static void write(Writer out, Writing writing) throws IOException {
    writing.to(new Csv(out));
    out.flush();
  }

  /** A line of those values. */
  void line(Object... values) throws IOException {
    for (int i = 0; i < values.length; i++) {
      out.write(i == 0 ? "" : ",");
      out.write(quoted(values[i].toString()));
    }
    out.write('\n');
  }

  private static String quoted(String value) {
    boolean needed = value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return needed ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }
}
