package io.talus.cli;

import io.talus.train.Evaluation;
import java.util.Locale;

/** A confusion matrix for the terminal. */
final class ConfusionText {
  private ConfusionText() {}

  static String of(Evaluation evaluation) {
    int classes = evaluation.classes();
    int width = Math.max(4, Integer.toString(evaluation.rows()).length() + 1);
    String cell = "%" + width + "s";
    StringBuilder text = new StringBuilder(String.format(cell, ""));
    for (int predicted = 0; predicted < classes; predicted++) {
      text.append(String.format(cell, predicted));
    }
    text.append("   recall\n");
    for (int actual = 0; actual < classes; actual++) {
      text.append(String.format(cell, actual));
      for (int predicted = 0; predicted < classes; predicted++) {
        int count = evaluation.count(actual, predicted);
        text.append(String.format(cell, count == 0 ? "." : count));
      }
      text.append(String.format(Locale.ROOT, "  %5.1f %%%n", 100 * evaluation.recall(actual)));
    }
    return text.toString();
  }
}
