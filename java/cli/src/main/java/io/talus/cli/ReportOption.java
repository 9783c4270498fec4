package io.talus.cli;

import io.talus.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where a report of ratings goes, if anywhere. */
final class ReportOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes a report: one HTML file with plots, a heat map and examples.")
  private Path file;

  boolean isWanted() {
    return file != null;
  }

  void write(Device device, RatingsReport report) throws IOException {
    String title = "Talus " + command.name();
    Report.write(file, title, device, Map.of("recommending", report.values()));
    PrintWriter terminal = command.commandLine().getOut();
    terminal.printf("%nThe report: %s%n", file);
    terminal.flush();
  }
}
