package io.talus.bench.table;

import io.talus.bench.peer.GemmPeers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** The table as Markdown. */
public final class Report {
  private static final List<String> ONEDNN =
      List.of(GemmPeers.ONEDNN_MATMUL, GemmPeers.ONEDNN_SGEMM);
  private static final List<String> LIMITS = List.of(Contest.FMA_LIMIT, Contest.COPY_LIMIT);
  private static final List<String> OTHERS =
      List.of(GemmContests.UNFUSED, SimilarityContests.PLAIN_JAVA);
  private static final String NONE = "–";

  private final Map<String, Samples> samples;
  private final List<Line> lines;

  Report(List<Line> lines, Map<String, Samples> samples) {
    this.lines = lines;
    this.samples = samples;
  }

  /** The lines of the table, then every measurement. */
  List<String> markdown() {
    List<String> text = new ArrayList<>();
    text.add("| what | Talus | oneDNN | OpenBLAS | other | limit | ratio | target | |");
    text.add("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (Line line : lines) {
      text.add(row(line, samples.getOrDefault(line.id(), new Samples())));
    }
    text.add("");
    text.add("## All measurements");
    text.add("");
    text.add("Median, and the quarter and three-quarter points, over all rounds.");
    text.add("");
    text.add("| line | contender | median | quarter | three quarters | rounds |");
    text.add("| --- | --- | --- | --- | --- | --- |");
    for (Line line : lines) {
      samples
          .getOrDefault(line.id(), new Samples())
          .all()
          .forEach((contender, rounds) -> text.add(detail(line, contender, rounds)));
    }
    return text;
  }

  private static String row(Line line, Samples samples) {
    Verdict verdict = Verdict.of(line, samples);
    String target = line.rule().sign() + " " + target(line);
    if (verdict == null) {
      return cells(
          line.title(),
          NONE,
          NONE,
          NONE,
          NONE,
          NONE,
          NONE,
          target,
          "not available: " + samples.reason());
    }
    return cells(
        line.title(),
        show(line, samples.median(Contest.TALUS)),
        fastest(line, samples, ONEDNN),
        fastest(line, samples, List.of(GemmPeers.OPENBLAS_SGEMM)),
        fastest(line, samples, OTHERS),
        limit(line, samples),
        line.rule() == Rule.ITSELF_AT_MOST ? NONE : ratio(verdict.value()),
        target,
        judgement(verdict));
  }

  private static String judgement(Verdict verdict) {
    if (verdict.isDisturbed()) {
      double load = verdict.samples().median(Contest.OTHER_LOAD).orElseThrow();
      return String.format(
          Locale.ROOT, "not judged: others had %.0f %% of the processors", load * 100);
    }
    return verdict.isMet() ? "met" : "**not met**";
  }

  private static String target(Line line) {
    return line.rule() == Rule.ITSELF_AT_MOST
        ? line.unit().show(line.target(), line.amount())
        : ratio(line.target());
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String show(Line line, OptionalDouble measured) {
    return measured.isPresent() ? line.unit().show(measured.getAsDouble(), line.amount()) : NONE;
  }

  private static String fastest(Line line, Samples samples, List<String> contenders) {
    String best = samples.fastest(contenders);
    return best == null ? NONE : show(line, samples.median(best)) + " (" + best + ")";
  }

  private static String limit(Line line, Samples samples) {
    String limit = samples.fastest(LIMITS);
    if (limit == null) {
      return NONE;
    }
    double share = samples.ratio(limit, Contest.TALUS) * 100;
    return String.format(
        Locale.ROOT, "%s (Talus has %.0f %%)", show(line, samples.median(limit)), share);
  }

  private static String detail(Line line, String contender, double[] rounds) {
    if (contender.equals(Contest.OTHER_LOAD)) {
      return cells(
          line.id(),
          "share of the processors that others had",
          ratio(Stopwatch.median(rounds)),
          ratio(Stopwatch.quantile(rounds, 0.25)),
          ratio(Stopwatch.quantile(rounds, 0.75)),
          Integer.toString(rounds.length));
    }
    return cells(
        line.id(),
        contender,
        line.unit().show(Stopwatch.median(rounds), line.amount()),
        line.unit().show(Stopwatch.quantile(rounds, 0.25), line.amount()),
        line.unit().show(Stopwatch.quantile(rounds, 0.75), line.amount()),
        Integer.toString(rounds.length));
  }

  private static String cells(String... cells) {
    return "| " + String.join(" | ", cells) + " |";
  }
}
