package io.talus.cli;

import io.talus.Device;
import io.talus.Devices;
import io.talus.backend.MemoryStatistics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What was found, what is used, and what to do about the rest. */
@Command(
    name = "info",
    description = "Shows the devices found, which is used and why, and what holds it back.",
    mixinStandardHelpOptions = true)
final class InfoCommand implements Callable<Integer> {
  private static final long GIBIBYTE = 1L << 30;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Device best = Devices.best();
    out.printf("Talus %s%n%n", Version.text());
    out.printf(
        "%-12s%s %s (%s)%n",
        "Java", property("java.vm.name"), property("java.version"), property("java.vendor"));
    out.printf(
        "%-12s%s %s, %s%n",
        "System", property("os.name"), property("os.version"), property("os.arch"));
    out.printf(
        "%-12s%s, %d usable%n",
        "Processor", processor(), Runtime.getRuntime().availableProcessors());
    out.printf(
        "%-12s%.1f GiB for the Java heap at most%n%n",
        "Memory", Runtime.getRuntime().maxMemory() / 0x1p30);
    out.println("Devices, fastest first:");
    for (Devices.Finding finding : Devices.all()) {
      if (finding.isAvailable()) {
        String mark = finding.device() == best ? "  <- used" : "";
        out.printf("  %-10s%s%s%n", finding.name(), finding.device().description(), mark);
        memory(finding.device()).ifPresent(text -> out.printf("  %-10s%s%n", "", text));
      } else {
        out.printf("  %-10sunavailable: %s%n", finding.name(), finding.reason().getMessage());
      }
    }
    out.println();
    if (best.advice().isEmpty()) {
      out.println("Nothing seen that holds it back.");
    }
    for (String advice : best.advice()) {
      out.println("Held back: " + advice + ".");
    }
    Devices.available().stream()
        .filter(device -> device != best)
        .flatMap(device -> device.advice().stream())
        .distinct()
        .forEach(advice -> out.println("Note: " + advice + "."));
    out.flush();
    return 0;
  }

  /** What a device that has memory of its own says of it. */
  private static Optional<String> memory(Device device) {
    MemoryStatistics memory = device.memory();
    return memory.capacityBytes().isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                "%s of %s free; Talus uses %s and has reserved %s",
                size(memory.freeBytes().orElse(0)),
                size(memory.capacityBytes().getAsLong()),
                size(memory.usedBytes()),
                size(memory.reservedBytes())));
  }

  private static String size(long bytes) {
    return bytes < GIBIBYTE / 10
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20)
        : String.format(Locale.ROOT, "%.1f GiB", bytes / 0x1p30);
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  /** The processor's name as Linux tells it, or its architecture. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse(property("os.arch"));
    } catch (IOException | UncheckedIOException notLinux) {
      return property("os.arch");
    }
  }
}
