package io.talus.bench.table;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Measures all lines and writes the table. */
public final class TableCommand {
  private static final String USAGE =
      "options: --processes N (3), --threads N (all), --only REGEX (groups; all but large-*), --out"
          + " FILE, --wrap COMMAND (to run each process under), --commit NAME";

  /** All but the groups that take minutes. */
  private static final String USUAL = "(?!large-).*";

  private final Map<String, String> options = new HashMap<>();

  /**
   * @throws IllegalArgumentException naming the option that is unknown or lacks its value
   */
  public TableCommand(String... arguments) {
    List<String> known =
        List.of("--processes", "--threads", "--only", "--out", "--wrap", "--commit");
    for (int i = 0; i < arguments.length; i += 2) {
      if (!known.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "'" + arguments[i] + "' is unknown or lacks a value; " + USAGE);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
  }

  private int number(String option, int otherwise) {
    return Integer.parseInt(options.getOrDefault(option, Integer.toString(otherwise)));
  }

  /** Measures, prints the table and writes it to the file, which appears whole. */
  public void run() throws IOException, InterruptedException {
    int threads = number("--threads", Runtime.getRuntime().availableProcessors());
    int processes = number("--processes", 3);
    Pattern only = Pattern.compile(options.getOrDefault("--only", USUAL));
    String wrap = options.getOrDefault("--wrap", "");
    List<Line> lines =
        Lines.all().stream().filter(line -> only.matcher(line.group()).matches()).toList();
    List<String> groups = lines.stream().map(Line::group).distinct().toList();
    Map<String, Samples> samples = new HashMap<>();
    Processes runner =
        new Processes(wrap.isEmpty() ? List.of() : List.of(wrap.split(" ")), threads);
    for (int process = 1; process <= processes; process++) {
      for (String group : groups) {
        System.err.printf("process %d of %d: %s%n", process, processes, group);
        runner.measure(group, samples);
      }
    }
    List<String> text = new ArrayList<>();
    LocalDate today = LocalDate.now();
    text.add("# Speed on " + today);
    text.add("");
    text.addAll(Machine.describe(options.getOrDefault("--commit", "?"), threads, processes));
    text.add("");
    text.addAll(new Report(lines, samples).markdown());
    write(Path.of(options.getOrDefault("--out", "cpu-" + today + ".md")), text);
    text.forEach(System.out::println);
  }

  private static void write(Path file, List<String> text) throws IOException {
    Path beside = file.resolveSibling(file.getFileName() + ".part");
    Files.write(beside, text);
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
