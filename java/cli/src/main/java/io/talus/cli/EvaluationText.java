package io.talus.cli;

import io.talus.train.Evaluation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A look at examples in words, for the terminal and for other programs. */
final class EvaluationText {
  /** A wider matrix breaks its lines. */
  private static final int MOST_IN_MATRIX = 20;

  private static final int PAIRS_SHOWN = 15;

  private EvaluationText() {}

  /** As in {@code 97.22 % of 360 right, loss 0.1093, top 5 99.9 %, F1 97.1 %}. */
  static String summary(Evaluation evaluation) {
    String top5 =
        evaluation.classes() > 5 ? ", top 5 " + Report.percent(evaluation.top5Accuracy()) : "";
    return evaluation + top5 + ", mean F1 " + Report.percent(evaluation.macroF1());
  }

  /**
   * The confusion matrix, or of many classes the pairs that are taken for each other most often;
   * then a line for each class.
   */
  static String tables(Evaluation evaluation, List<String> names) {
    StringBuilder text = new StringBuilder();
    if (evaluation.classes() <= MOST_IN_MATRIX) {
      text.append(String.format("Confusion matrix (rows: true, columns: predicted)%n"));
      text.append(ConfusionText.of(evaluation, names));
    } else {
      text.append(String.format("Most often taken for each other%n"));
      pairs(evaluation, names).forEach(text::append);
    }
    return text.append(System.lineSeparator()).append(classes(evaluation, names)).toString();
  }

  private static List<String> pairs(Evaluation evaluation, List<String> names) {
    record Pair(int actual, int predicted, int count) {}
    List<Pair> pairs = new ArrayList<>();
    for (int actual = 0; actual < evaluation.classes(); actual++) {
      for (int predicted = 0; predicted < evaluation.classes(); predicted++) {
        int count = evaluation.count(actual, predicted);
        if (actual != predicted && count > 0) {
          pairs.add(new Pair(actual, predicted, count));
        }
      }
    }
    return pairs.stream()
        .sorted(Comparator.comparingInt((Pair pair) -> -pair.count))
        .limit(PAIRS_SHOWN)
        .map(
            pair ->
                String.format(
                    Locale.ROOT,
                    "%8d x %s taken for %s%n",
                    pair.count,
                    names.get(pair.actual),
                    names.get(pair.predicted)))
        .toList();
  }

  private static String classes(Evaluation evaluation, List<String> names) {
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    String name = "%" + Math.max(6, longest) + "s";
    StringBuilder text = new StringBuilder(String.format(name, "class"));
    text.append(String.format("%11s%11s%11s%10s%n", "precision", "recall", "F1", "examples"));
    for (int c = 0; c < evaluation.classes(); c++) {
      text.append(String.format(name, names.get(c)))
          .append(
              String.format(
                  Locale.ROOT,
                  "%11s%11s%11s%,10d%n",
                  Report.percent(evaluation.precision(c)),
                  Report.percent(evaluation.recall(c)),
                  Report.percent(evaluation.f1(c)),
                  EvaluationTables.count(evaluation, c)));
    }
    return text.toString();
  }

  /** For {@link Json}: what can be said in one number each. */
  static Map<String, Object> numbers(Evaluation evaluation) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("examples", evaluation.rows());
    values.put("accuracy", evaluation.accuracy());
    values.put("top5Accuracy", evaluation.top5Accuracy());
    values.put("loss", evaluation.loss());
    values.put("meanF1", evaluation.macroF1());
    return values;
  }

  /** For {@link Json}: all of it. */
  static Map<String, Object> all(Evaluation evaluation, List<String> names) {
    Map<String, Object> values = numbers(evaluation);
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < evaluation.classes(); c++) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", names.get(c));
      one.put("precision", evaluation.precision(c));
      one.put("recall", evaluation.recall(c));
      one.put("f1", evaluation.f1(c));
      one.put("examples", EvaluationTables.count(evaluation, c));
      classes.add(one);
    }
    values.put("classes", classes);
    values.put("confusion", evaluation.confusion());
    return values;
  }
}
