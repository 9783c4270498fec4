package io.talus.cli;

import io.talus.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where a command's results go beside the terminal. */
final class ResultFiles {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes a report with pictures, in one HTML file.")
  private Path report;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes the results for other programs.")
  private Path json;

  /** Refuses files in folders that are not there, before anything is computed. */
  void requireFolders() throws IOException {
    TextFile.requireFolder(report);
    TextFile.requireFolder(json);
  }

  boolean isReportWanted() {
    return report != null;
  }

  boolean isJsonWanted() {
    return json != null;
  }

  /** Writes the report, whole or not at all, where one is wanted. */
  void writeReport(String title, Device device, ReportSection section) throws IOException {
    if (report != null) {
      Report.write(report, title, device, Map.of(section.template(), section.values()));
    }
  }

  /** Writes the results, whole or not at all, where they are wanted. */
  void writeJson(Map<String, Object> values) throws IOException {
    if (json != null) {
      Json.write(json, values);
    }
  }

  /** Says what was written. */
  void tell(PrintWriter terminal) {
    String files =
        Stream.of(report, json)
            .filter(file -> file != null)
            .map(Path::toString)
            .collect(Collectors.joining(" and "));
    if (!files.isEmpty()) {
      terminal.printf("%nWritten: %s%n", files);
      terminal.flush();
    }
  }
}
