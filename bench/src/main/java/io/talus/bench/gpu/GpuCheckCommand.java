package io.talus.bench.gpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checks one GPU: the device's own words, contract tests, bit patterns, speed, and a report. */
public final class GpuCheckCommand {
  private static final String USAGE =
      "options: --device NAME (cuda), --only REGEX (of tests, bits and groups of works), --out"
          + " FOLDER (.), --commit NAME, --write-golden FILE";
  private static final List<String> KNOWN =
      List.of("--device", "--only", "--out", "--commit", "--write-golden");

  private final Map<String, String> options = new HashMap<>();
  private final Findings findings = new Findings();
  private Children children;

  /**
   * @throws IllegalArgumentException naming the option that is unknown or lacks its value
   */
  public GpuCheckCommand(String... arguments) {
    for (int i = 0; i < arguments.length; i += 2) {
      if (!KNOWN.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "'" + arguments[i] + "' is unknown or lacks a value; " + USAGE);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
  }

  /**
   * Runs the check and writes the report, which is also printed.
   *
   * @return the exit status: 0 all is well, 1 something failed, 3 there is no such device
   */
  public int run() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("talus-gpu-check");
    Path out = Path.of(options.getOrDefault("--out", "."));
    Path log = Files.createDirectories(out).resolve("gpu-check.log");
    Files.deleteIfExists(log);
    children = new Children(folder, log);
    try {
      return check(out, log);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(file -> file.delete());
      }
    }
  }

  private int check(Path out, Path log) throws IOException, InterruptedException {
    String device = options.getOrDefault("--device", "cuda");
    say("what there is");
    Children.Result identified = children.run(Identify.class, List.of(), device);
    findings.add("the device", identified);
    if (findings.first("device") == null) {
      System.err.println(Files.readString(log));
      return 3;
    }
    System.err.println(findings.first("device")[2]);
    if (options.containsKey("--write-golden")) {
      String file = options.get("--write-golden");
      findings.add("bits", children.run(Comparing.class, List.of(), device, file));
    } else {
      List<String> before = NvidiaSmi.query();
      parts(device);
      report(out, log, before, NvidiaSmi.query());
    }
    findings.of("failed").forEach(fields -> System.err.println(String.join(" ", fields)));
    return findings.isGood() ? 0 : 1;
  }

  private void parts(String device) throws IOException, InterruptedException {
    Pattern only = Pattern.compile(options.getOrDefault("--only", ".*"));
    List<String> groups =
        Plan.timed(findings.isEmulated()).stream().map(Case::group).distinct().toList();
    for (String group : groups) {
      if (only.matcher(group).matches()) {
        say("speed: " + group);
        findings.add(group, children.run(Timing.class, List.of(), device, group));
      }
    }
    if (only.matcher("bits").matches()) {
      say("bit patterns");
      findings.add("bits", children.run(Comparing.class, List.of(), device));
    }
    if (only.matcher("tests").matches()) {
      List<String> subject =
          List.of("-Dtalus.backends.only=" + device, "-Dtalus.backends.required=" + device);
      List<String> tests = ContractTests.classes();
      if (tests.isEmpty()) {
        findings.fail("contract tests", "none were found");
      }
      for (String test : tests) {
        say("contract tests: " + test);
        findings.add(test, children.run(ContractTests.class, subject, test));
      }
      withCublas(subject);
    }
  }

  /** The contract of products once more, made by cuBLAS; without it that would be said twice. */
  private void withCublas(List<String> subject) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>(subject);
    options.add("-Dtalus.cuda.cublas=on");
    String test = "io.talus.contract.GemmTest";
    String name = test + " with cuBLAS where it loads";
    say("contract tests: " + name);
    findings.add(name, children.run(ContractTests.class, options, test, name));
  }

  private void report(Path out, Path log, List<String> before, List<String> after)
      throws IOException {
    LocalDate today = LocalDate.now();
    String model = findings.model().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    List<String> text =
        new GpuReport(findings).markdown(findings.model() + " on " + today, facts(), before, after);
    text.forEach(System.out::println);
    Path file = out.resolve("gpu-" + model + "-" + today + ".md");
    Files.write(file, text);
    System.err.println("written to " + file + "; what the parts printed is in " + log);
  }

  private List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add("device: " + findings.first("device")[2]);
    String[] memory = findings.first("memory");
    if (memory != null) {
      facts.add(
          String.format(
              Locale.ROOT,
              "memory: %.1f GiB, %.1f free",
              Long.parseLong(memory[1]) / 0x1p30,
              Long.parseLong(memory[2]) / 0x1p30));
    }
    findings.of("advice").forEach(advice -> facts.add("note: " + advice[1]));
    facts.add("Talus: commit " + options.getOrDefault("--commit", "unknown"));
    facts.add("system: " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.add("Java: " + System.getProperty("java.vm.name") + " " + Runtime.version());
    return facts;
  }

  private static void say(String what) {
    System.err.println("gpu-check: " + what);
  }
}
