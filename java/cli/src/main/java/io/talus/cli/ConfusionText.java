package io.talus.cli;

import io.talus.train.Evaluation;
import java.util.List;
import java.util.Locale;

/** A confusion matrix for the terminal. */
final class ConfusionText {
  /** For names that are longer than counts, about as much as a terminal has. */
  private static final int COLUMNS = 70;

  private ConfusionText() {}

  /**
   * A row for each actual class, a column for each predicted one.
   *
   * @param names of the classes, which are cut to fit above the columns
   */
  static String of(Evaluation evaluation, List<String> names) {
    int classes = evaluation.classes();
    int longest = names.stream().mapToInt(String::length).max().orElse(0);
    int forCounts = Math.max(4, Integer.toString(evaluation.rows()).length() + 1);
    int width = Math.max(forCounts, Math.min(longest + 1, COLUMNS / classes));
    String name = "%" + Math.max(width, longest) + "s";
    String cell = "%" + width + "s";
    StringBuilder text = new StringBuilder(String.format(name, ""));
    for (int predicted = 0; predicted < classes; predicted++) {
      String title = names.get(predicted);
      text.append(String.format(cell, title.substring(0, Math.min(width - 1, title.length()))));
    }
    text.append("   recall\n");
    for (int actual = 0; actual < classes; actual++) {
      text.append(String.format(name, names.get(actual)));
      for (int predicted = 0; predicted < classes; predicted++) {
        int count = evaluation.count(actual, predicted);
        text.append(String.format(cell, count == 0 ? "." : count));
      }
      text.append(String.format(Locale.ROOT, "  %5.1f %%%n", 100 * evaluation.recall(actual)));
    }
    return text.toString();
  }
}
