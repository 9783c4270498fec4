package io.talus.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Curves for the report's script to draw: series over the same places. */
final class Chart {
  private static final List<String> COLORS =
      List.of(
          "#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2");

  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Map<String, Object>> series = new ArrayList<>();

  /**
   * @param over what the places are, as in {@code epoch}
   * @param isShare whether values are shown as per cent
   */
  Chart(String title, String over, boolean isShare, double... places) {
    values.put("title", title);
    values.put("over", over);
    values.put("isShare", isShare);
    values.put("places", places);
    values.put("series", series);
  }

  /**
   * Adds a curve, in a colour of its own as long as there are some.
   *
   * @param heights one for each place; where they end early, the curve does
   */
  Chart series(String name, double... heights) {
    String color = COLORS.get(series.size() % COLORS.size());
    series.add(Map.of("label", name, "color", color, "heights", heights));
    return this;
  }

  /** For {@link Json}. */
  Map<String, Object> values() {
    return values;
  }
}
