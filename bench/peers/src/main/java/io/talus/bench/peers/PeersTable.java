package io.talus.bench.peers;

import io.talus.bench.table.Machine;
import io.talus.bench.table.OtherLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Measures Talus beside libtorch and Mahout, and writes the table: {@code --only REGEX} (lines),
 * {@code --rounds N}, {@code --out FILE}, {@code --commit NAME}.
 */
public final class PeersTable {
  private final List<String> table = new ArrayList<>();
  private final List<String> details = new ArrayList<>();

  private PeersTable() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i], arguments[i + 1]);
    }
    Pattern only = Pattern.compile(options.getOrDefault("--only", ".*"));
    int rounds = Integer.parseInt(options.getOrDefault("--rounds", "7"));
    PeersTable table = new PeersTable();
    for (PeerLine line : PeerLines.all()) {
      if (only.matcher(line.what()).matches()) {
        System.err.println(line.title());
        table.add(line, new Rounds(line, rounds));
      }
    }
    List<String> text = table.text(options.getOrDefault("--commit", "?"), rounds);
    text.forEach(System.out::println);
    Files.write(Path.of(options.getOrDefault("--out", "peers-" + LocalDate.now() + ".md")), text);
  }

  private void add(PeerLine line, Rounds rounds) {
    for (PeerLine.Goal goal : line.goals()) {
      Contender reference =
          goal.references().stream().min(Comparator.comparingDouble(rounds::median)).orElseThrow();
      double ratio = rounds.ratio(reference, line.talus());
      String verdict =
          rounds.otherLoad() > OtherLoad.MOST
              ? "not judged"
              : ratio >= goal.ratio() ? "met" : "**not met**";
      table.add(
          cells(
              line.title(),
              show(line, rounds.median(line.talus())),
              reference.title(),
              show(line, rounds.median(reference)),
              String.format(Locale.ROOT, "%.2f", ratio),
              "≥ " + goal.ratio(),
              verdict));
    }
    for (Contender contender : line.contenders()) {
      details.add(
          cells(
              line.what(),
              contender.title(),
              show(line, rounds.median(contender)),
              show(line, rounds.quantile(contender, 0.25)),
              show(line, rounds.quantile(contender, 0.75)),
              String.format(Locale.ROOT, "%.3f", rounds.otherLoad())));
    }
  }

  private List<String> text(String commit, int rounds) {
    List<String> text = new ArrayList<>();
    text.add("# Speed beside libtorch and Mahout on " + LocalDate.now());
    text.add("");
    text.addAll(Machine.describe(commit));
    text.add(
        "- libtorch 2.7.1 through DJL 0.36.0 as it comes; libtorch 2.10.0 through bytedeco's"
            + " preset; Apache Mahout Taste 0.13.0, every "
            + MahoutLikeness.STEP
            + "th item timed and scaled");
    text.add("- every contender in a process of its own, asked in turn, " + rounds + " rounds");
    text.add("");
    text.add("| what | Talus | beside | its figure | ratio | target | |");
    text.add("| --- | --- | --- | --- | --- | --- | --- |");
    text.addAll(table);
    text.add("");
    text.add("## All measurements");
    text.add("");
    text.add("| line | contender | median | quarter | three quarters | others' load |");
    text.add("| --- | --- | --- | --- | --- | --- |");
    text.addAll(details);
    return text;
  }

  private static String show(PeerLine line, double seconds) {
    return line.unit().show(seconds, line.amount());
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
