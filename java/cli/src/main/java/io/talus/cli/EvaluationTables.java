package io.talus.cli;

import io.talus.train.Evaluation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the report's template names of a look at examples: the confusion matrix, each class. */
final class EvaluationTables {
  /** A larger matrix is no longer read. */
  private static final int MOST_IN_MATRIX = 50;

  private EvaluationTables() {}

  /**
   * @param part what the examples are, as in {@code held out}
   * @param names of the classes
   */
  static Map<String, Object> of(String part, Evaluation evaluation, List<String> names) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("part", part);
    values.put("classCount", evaluation.classes());
    values.put("hasMatrix", evaluation.classes() <= MOST_IN_MATRIX);
    values.put("classNames", names);
    values.put(
        "confusion",
        evaluation.classes() <= MOST_IN_MATRIX ? confusion(evaluation, names) : List.of());
    values.put("classes", classes(evaluation, names));
    return values;
  }

  /** The examples that are of a class. */
  static int count(Evaluation evaluation, int actual) {
    int count = 0;
    for (int predicted = 0; predicted < evaluation.classes(); predicted++) {
      count += evaluation.count(actual, predicted);
    }
    return count;
  }

  private static List<Map<String, Object>> confusion(Evaluation evaluation, List<String> names) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int actual = 0; actual < evaluation.classes(); actual++) {
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int predicted = 0; predicted < evaluation.classes(); predicted++) {
        cells.add(cell(evaluation, actual, predicted));
      }
      rows.add(Map.of("name", names.get(actual), "cells", cells));
    }
    return rows;
  }

  /**
   * Right answers in blue, wrong ones in red, by the share of their class; the square root lets few
   * wrong ones show.
   */
  private static Map<String, Object> cell(Evaluation evaluation, int actual, int predicted) {
    int count = evaluation.count(actual, predicted);
    double strength = count == 0 ? 0 : Math.sqrt((double) count / count(evaluation, actual));
    String hue = actual == predicted ? "31,119,180" : "214,39,40";
    return Map.of(
        "count", count == 0 ? "" : Integer.toString(count),
        "color", String.format(Locale.ROOT, "rgba(%s,%.2f)", hue, Math.max(0.03, strength)),
        "ink", strength > 0.6 ? "white" : "inherit");
  }

  private static List<Map<String, Object>> classes(Evaluation evaluation, List<String> names) {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < evaluation.classes(); c++) {
      classes.add(
          Map.of(
              "name", names.get(c),
              "precision", Report.percent(evaluation.precision(c)),
              "recall", Report.percent(evaluation.recall(c)),
              "f1", Report.percent(evaluation.f1(c)),
              "count", count(evaluation, c)));
    }
    return classes;
  }
}
