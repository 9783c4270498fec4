package io.talus.cli;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.recommend.Knn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How alike the most-rated items are, each to each, as the report's template names it: what is
 * alike lies side by side.
 */
final class HeatMap {
  private final String[] titles;
  private final float[][] similarities;

  /** The largest similarity, whatever its sign; 1 where there is none. */
  private final float strongest;

  private HeatMap(String[] titles, float[][] similarities) {
    this.titles = titles;
    this.similarities = similarities;
    float most = 0;
    for (float[] row : similarities) {
      for (float value : row) {
        most = Float.isNaN(value) ? most : Math.max(most, Math.abs(value));
      }
    }
    this.strongest = most == 0 ? 1 : most;
  }

  /** Compares as the recipe does, whatever its k. */
  static HeatMap of(Device device, Knn knn, Ratings ratings, Titles titles, int most) {
    int[] items = mostRated(ratings, most);
    float[][] found = knn.similarities(device, ratings, items);
    int[] order = sideBySide(found);
    String[] names = new String[items.length];
    float[][] sorted = new float[items.length][items.length];
    for (int row = 0; row < items.length; row++) {
      names[row] = titles.of(ratings.itemId(items[order[row]]));
      for (int column = 0; column < items.length; column++) {
        sorted[row][column] = found[order[row]][order[column]];
      }
    }
    return new HeatMap(names, sorted);
  }

  /** The items with most ratings, those first; of as many, the one with the smaller index. */
  static int[] mostRated(Ratings ratings, int most) {
    RatingsMatrix byItem = ratings.byItem();
    return IntStream.range(0, byItem.rows())
        .filter(item -> byItem.size(item) > 0)
        .boxed()
        .sorted(Comparator.comparingInt((Integer item) -> -byItem.size(item)))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** From the first on, after each the one most like it of those that are left. */
  static int[] sideBySide(float[][] similarities) {
    List<Integer> left = new ArrayList<>();
    IntStream.range(0, similarities.length).forEach(left::add);
    int[] order = new int[similarities.length];
    for (int place = 0; place < order.length; place++) {
      int next = 0;
      for (int i = 1; place > 0 && i < left.size(); i++) {
        float[] last = similarities[order[place - 1]];
        next = last[left.get(i)] > last[left.get(next)] ? i : next;
      }
      order[place] = left.remove(next);
    }
    return order;
  }

  /** What the template names. */
  Map<String, Object> values() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int row = 0; row < titles.length; row++) {
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int column = 0; column < titles.length; column++) {
        cells.add(cell(row, column));
      }
      rows.add(Map.of("name", titles[row], "cells", cells));
    }
    return Map.of("names", List.of(titles), "rows", rows, "count", titles.length);
  }

  /** Blue for alike, red for its contrary; the square lets what is most alike stand out. */
  private Map<String, Object> cell(int row, int column) {
    float value = similarities[row][column];
    if (Float.isNaN(value)) {
      return Map.of("text", "", "color", "var(--line)", "ink", "inherit", "hint", titles[row]);
    }
    double strength = Math.pow(value / strongest, 2);
    return Map.of(
        "text", text(value),
        "color",
            String.format(
                Locale.ROOT, "rgba(%s,%.2f)", value < 0 ? "214,39,40" : "31,119,180", strength),
        "ink", strength > 0.6 ? "white" : "inherit",
        "hint", String.format(Locale.ROOT, "%s - %s: %.4f", titles[row], titles[column], value));
  }

  /** Two digits where all are of 1 at most. */
  private String text(float value) {
    if (strongest > 1) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    return String.format(Locale.ROOT, "%.2f", value).replaceFirst("^(-?)0\\.", "$1.");
  }
}
