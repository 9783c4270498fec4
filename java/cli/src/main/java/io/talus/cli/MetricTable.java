package io.talus.cli;

import io.talus.recommend.FoldResults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Methods side by side: the mean of each metric over the folds, and its deviation between them.
 *
 * @param title what is judged
 * @param results of each method, the judgement of each fold
 * @param <M> what a judgement is
 */
record MetricTable<M>(String title, List<Metric<M>> metrics, Map<String, FoldResults<M>> results) {

  /** The table for a terminal. */
  String text() {
    int width = Math.max(title.length(), longestName());
    StringBuilder text = new StringBuilder(String.format("%-" + width + "s", title));
    metrics.forEach(metric -> text.append(String.format("%11s", metric.name())));
    text.append(System.lineSeparator());
    results.forEach(
        (method, folds) -> {
          text.append(String.format("%-" + width + "s", method));
          line(text, metric -> metric.text("", folds.mean(metric.value())));
          if (folds.folds().size() > 1) {
            text.append(" ".repeat(width));
            line(text, metric -> metric.text("+-", folds.deviation(metric.value())));
          }
        });
    return text.toString();
  }

  private int longestName() {
    return results.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  private void line(StringBuilder text, Function<Metric<M>, String> value) {
    metrics.forEach(metric -> text.append(String.format("%11s", value.apply(metric))));
    text.append(System.lineSeparator());
  }

  /** The method that does best by that metric, or null where none has a value. */
  String best(Metric<M> metric) {
    String best = null;
    double its = Double.NaN;
    for (Map.Entry<String, FoldResults<M>> row : results.entrySet()) {
      double mean = row.getValue().mean(metric.value());
      if (metric.isBetter(mean, its)) {
        best = row.getKey();
        its = mean;
      }
    }
    return best;
  }

  /** What the report's template names. */
  Map<String, Object> values() {
    List<String> best = metrics.stream().map(this::best).toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    results.forEach(
        (method, folds) -> {
          List<Map<String, Object>> cells = new ArrayList<>();
          for (int i = 0; i < metrics.size(); i++) {
            Metric<M> metric = metrics.get(i);
            boolean spread = folds.folds().size() > 1;
            cells.add(
                Map.of(
                    "mean", metric.text("", folds.mean(metric.value())),
                    "deviation", spread ? metric.text("± ", folds.deviation(metric.value())) : "",
                    "best", method.equals(best.get(i))));
          }
          rows.add(Map.of("method", method, "cells", cells));
        });
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("title", title);
    values.put("metrics", metrics.stream().map(Metric::name).toList());
    values.put("rows", rows);
    return values;
  }

  /** For {@link Json}: of each method each metric of each fold, with mean and deviation. */
  Map<String, Object> json() {
    Map<String, Object> methods = new LinkedHashMap<>();
    results.forEach(
        (method, folds) -> {
          Map<String, Object> its = new LinkedHashMap<>();
          for (Metric<M> metric : metrics) {
            Map<String, Object> numbers = new LinkedHashMap<>();
            numbers.put("mean", folds.mean(metric.value()));
            numbers.put("deviation", folds.deviation(metric.value()));
            numbers.put("folds", folds.folds().stream().mapToDouble(metric.value()).toArray());
            its.put(metric.name(), numbers);
          }
          methods.put(method, its);
        });
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("judged", title);
    values.put("methods", methods);
    return values;
  }

  /** A line for each method, fold and metric. */
  void lines(Csv csv) throws IOException {
    for (Map.Entry<String, FoldResults<M>> row : results.entrySet()) {
      List<M> folds = row.getValue().folds();
      for (int fold = 0; fold < folds.size(); fold++) {
        for (Metric<M> metric : metrics) {
          double value = metric.value().applyAsDouble(folds.get(fold));
          csv.line(title, row.getKey(), fold + 1, metric.name(), Double.isNaN(value) ? "" : value);
        }
      }
    }
  }
}
