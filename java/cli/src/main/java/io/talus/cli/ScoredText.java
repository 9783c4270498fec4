package io.talus.cli;

import io.talus.recommend.Scored;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Items or users with what speaks for them, for the terminal and for other programs. */
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

  /**
   * For {@link Json}: what there is for each of those that were named.
   *
   * @param by what found it
   */
  static Map<String, Object> json(String by, List<Map<String, Object>> named) {
    Map<String, Object> values = new LinkedHashMap<>(); // not Map.of: its order varies
    values.put("by", by);
    values.put("named", named);
    return values;
  }

  /**
   * For one that was named, best first.
   *
   * @param what there is, as in {@code similar}
   * @param titles of ids; those that have none go without
   */
  static Map<String, Object> json(String id, String what, List<Scored> scored, Titles titles) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", id);
    values.put(what, scored.stream().map(one -> json(one, titles)).toList());
    return values;
  }

  private static Map<String, Object> json(Scored one, Titles titles) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("id", one.id());
    if (titles.byId().containsKey(one.id())) {
      values.put("title", titles.of(one.id()));
    }
    values.put("score", one.score());
    return values;
  }
}
