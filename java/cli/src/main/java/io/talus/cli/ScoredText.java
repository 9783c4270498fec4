package io.talus.cli;

import io.talus.recommend.Scored;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Items or users with what speaks for them, for the terminal. */
final class ScoredText {
  private ScoredText() {}

  /**
   * @param name what the id stands for
   */
  static void print(
      PrintWriter terminal, String heading, List<Scored> scored, UnaryOperator<String> name) {
    terminal.printf("%n%s%n", heading);
    for (Scored one : scored) {
      terminal.printf(Locale.ROOT, "  %10.4f  %s%n", one.score(), name.apply(one.id()));
    }
    if (scored.isEmpty()) {
      terminal.println("  nothing");
    }
    terminal.flush();
  }
}
