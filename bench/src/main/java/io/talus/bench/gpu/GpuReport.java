package io.talus.bench.gpu;

import io.talus.bench.table.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The findings as Markdown. */
final class GpuReport {
  private static final String NONE = "–";

  private final Findings findings;
  private final List<String> text = new ArrayList<>();

  GpuReport(Findings findings) {
    this.findings = findings;
  }

  /**
   * The whole report.
   *
   * @param facts about this run, one for each list item
   * @param before what nvidia-smi said before, and then after
   */
  List<String> markdown(String title, List<String> facts, List<String> before, List<String> after) {
    text.add("# " + title);
    text.add("");
    if (findings.isEmulated()) {
      text.add("**Software device: not a measurement.** Times below say nothing about any GPU.");
      text.add("");
    }
    facts.forEach(fact -> text.add("- " + fact));
    limits();
    text.add("");
    summary();
    failures();
    speed();
    bits();
    tests();
    smi(before, after);
    return text;
  }

  private void limits() {
    String[] limits = findings.first("limits");
    if (limits != null) {
      text.add(
          String.format(
              Locale.ROOT,
              "- limits measured on it: %s GFLOP/s of float32 multiply-adds on registers, %s GB/s"
                  + " of a copy, read and write counted",
              Unit.number(Double.parseDouble(limits[1])),
              Unit.number(Double.parseDouble(limits[2]))));
    }
    String[] noCublas = findings.first("no-cublas");
    text.add("- cuBLAS: " + (noCublas == null ? "takes part" : noCublas[1]));
  }

  private void summary() {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    for (String[] fields : findings.of("tests")) {
      passed += Integer.parseInt(fields[2]);
      failed += Integer.parseInt(fields[3]);
      skipped += Integer.parseInt(fields[4]);
    }
    List<String[]> bits = findings.of("bits");
    long same = bits.stream().filter(fields -> fields[3].equals("same")).count();
    row("what", "result");
    row("---", "---");
    row(
        "contract tests",
        passed + " passed, " + failed + " failed, " + skipped + " skipped with a reason");
    row("works timed", findings.of("time").size() + " (each after its answer was checked)");
    row("wrong answers, not timed", Integer.toString(findings.of("wrong").size()));
    row("bit patterns as on the software device", same + " of " + bits.size());
    text.add("");
  }

  private void failures() {
    List<String> lines = new ArrayList<>();
    findings.of("failed").forEach(f -> lines.add("- " + f[1] + " " + f[2] + ": " + f[3]));
    findings.of("wrong").forEach(f -> lines.add("- " + f[1] + " " + f[2] + ": " + f[3]));
    findings.of("test-failed").forEach(f -> lines.add("- " + f[1] + ": " + f[2]));
    findings.of("bits").stream()
        .filter(f -> f[3].equals("failed"))
        .forEach(f -> lines.add("- " + f[1] + " " + f[2] + ": " + f[4]));
    if (!lines.isEmpty()) {
      text.add("## What went wrong");
      text.add("");
      text.addAll(lines);
      text.add("");
    }
  }

  private void speed() {
    if (findings.of("time").isEmpty()) {
      return;
    }
    text.add("## Speed");
    text.add("");
    text.add(
        "Device time between two events, caches filled with something else before each repetition;"
            + " median, and the quarter and three-quarter points. `clock`: what the caller waits"
            + " for, launches included. The bound is the larger of operations at the multiply-add"
            + " limit and bytes at the copy limit, measured in the same process; work that fits"
            + " the caches or uses tensor cores can beat it. cuBLAS: the time of cuBLAS divided by"
            + " that of Talus, so above 1 Talus is faster.");
    text.add("");
    row("work", "shape", "median", "quarters", "rate", "of bound", "cuBLAS", "runs");
    row("---", "---", "---", "---", "---", "---", "---", "---");
    for (String[] time : findings.of("time")) {
      if (time[3].equals("talus")) {
        speedRow(time);
      }
    }
    text.add("");
  }

  private void speedRow(String[] time) {
    double seconds = Double.parseDouble(time[4]);
    double flops = Double.parseDouble(time[8]);
    double bytes = Double.parseDouble(time[9]);
    double arithmetic = flops * 1e-9 / Double.parseDouble(time[11]);
    double traffic = bytes * 1e-9 / Double.parseDouble(time[12]);
    Unit unit = arithmetic > traffic ? Unit.GFLOPS : Unit.GIGABYTES_PER_SECOND;
    double share = 100 * Math.max(arithmetic, traffic) / seconds;
    row(
        time[1],
        time[2],
        Unit.MICROSECONDS.show(seconds, 1) + (time[10].equals("clock") ? " (clock)" : ""),
        micros(time[5]) + " to " + micros(time[6]),
        unit.show(seconds, unit == Unit.GFLOPS ? flops : bytes),
        Double.isFinite(share) ? String.format(Locale.ROOT, "%.0f %%", share) : NONE,
        cublas(time, seconds),
        time[7]);
  }

  private static String micros(String seconds) {
    return Unit.number(Double.parseDouble(seconds) * 1e6);
  }

  private String cublas(String[] talus, double seconds) {
    return findings.of("time").stream()
        .filter(
            one -> one[3].equals("cublas") && one[1].equals(talus[1]) && one[2].equals(talus[2]))
        .map(one -> String.format(Locale.ROOT, "%.2f", Double.parseDouble(one[4]) / seconds))
        .findFirst()
        .orElse(NONE);
  }

  private void bits() {
    if (findings.of("bits").isEmpty()) {
      return;
    }
    text.add("## Bit patterns beside the software device's");
    text.add("");
    text.add(
        "Small seeded works, every answer checked. The software device rounds where a GPU's"
            + " approximate instructions need not, so results through them may differ in the last"
            + " places; those of plain arithmetic should not.");
    text.add("");
    String[] golden = findings.first("golden");
    if (golden != null && !golden[1].equals(golden[2])) {
      text.add(
          "The golden file has no results for this device's kernels and multiprocessors ("
              + golden[2]
              + "); the nearest are compared ("
              + golden[1]
              + "), so products and column sums may be split differently.");
      text.add("");
    }
    row("work", "shape", "bits", "largest distance sampled", "elements that differ");
    row("---", "---", "---", "---", "---");
    for (String[] fields : findings.of("bits")) {
      boolean differs = fields[3].equals("differs");
      row(
          fields[1],
          fields[2],
          fields[3].equals("unknown") ? "not in the golden file" : fields[3],
          differs ? fields[4] + " units of the last place" : NONE,
          differs ? fields[5] : NONE);
    }
    text.add("");
  }

  private void tests() {
    if (findings.of("tests").isEmpty()) {
      return;
    }
    text.add("## Contract tests");
    text.add("");
    row("class", "passed", "failed", "skipped", "seconds");
    row("---", "---", "---", "---", "---");
    for (String[] fields : findings.of("tests")) {
      row(
          fields[1].substring(fields[1].lastIndexOf('.') + 1),
          fields[2],
          fields[3],
          fields[4],
          Unit.number(Double.parseDouble(fields[5])));
    }
    text.add("");
  }

  private void smi(List<String> before, List<String> after) {
    if (before.isEmpty()) {
      return;
    }
    text.add("## nvidia-smi, before and after");
    text.add("");
    text.add("```");
    text.addAll(before);
    after.stream().skip(1).forEach(text::add);
    text.add("```");
  }

  private void row(String... cells) {
    text.add("| " + String.join(" | ", cells) + " |");
  }
}
