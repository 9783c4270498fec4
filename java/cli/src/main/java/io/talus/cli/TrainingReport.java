package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.Network;
import io.talus.train.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What the report's template names of a training. */
final class TrainingReport {
  private static final int MISTAKES_SHOWN = 24;

  private TrainingReport() {}

  static Map<String, Object> of(
      QuickstartData.Images images, History history, Evaluation evaluation, Network network) {
    List<Map<String, Object>> mistakes = mistakes(images.heldOut(), network);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("dataName", images.name());
    values.put("facts", facts(images, history, evaluation, network));
    values.put("historyJson", Json.text(series(history)));
    values.put("classCount", evaluation.classes());
    values.put("classNames", IntStream.range(0, evaluation.classes()).boxed().toList());
    values.put("confusion", confusion(evaluation));
    values.put("classes", classes(evaluation));
    values.put("hasMistakes", !mistakes.isEmpty());
    values.put("mistakesJson", Json.text(mistakes));
    return values;
  }

  private static List<Map<String, Object>> facts(
      QuickstartData.Images images, History history, Evaluation evaluation, Network network) {
    double seconds = history.epochs().stream().mapToDouble(EpochResult::nanos).sum() / 1e9;
    EpochResult last = history.last();
    return List.of(
        fact("held-out accuracy", percent(evaluation.accuracy())),
        fact("images learned from", String.format(Locale.ROOT, "%,d", images.training().rows())),
        fact("images held out", String.format(Locale.ROOT, "%,d", evaluation.rows())),
        fact("parameters", String.format(Locale.ROOT, "%,d", network.parameterCount())),
        fact("epochs", Integer.toString(history.epochs().size())),
        fact("training time", String.format(Locale.ROOT, "%.2f s", seconds)),
        fact("images a second", String.format(Locale.ROOT, "%,.0f", last.rowsPerSecond())),
        fact(
            "loss: data + L2",
            String.format(Locale.ROOT, "%.4f + %.4f", last.dataLoss(), last.regularizationLoss())));
  }

  static Map<String, Object> fact(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static Map<String, Object> series(History history) {
    Map<String, Object> series = new LinkedHashMap<>();
    series.put("epoch", of(history, EpochResult::epoch));
    series.put("trainingLoss", of(history, EpochResult::dataLoss));
    series.put(
        "validationLoss", of(history, e -> e.heldOut().map(Evaluation::loss).orElse(Double.NaN)));
    series.put(
        "validationAccuracy",
        of(history, e -> e.heldOut().map(Evaluation::accuracy).orElse(Double.NaN)));
    return series;
  }

  private static double[] of(History history, ToDoubleFunction<EpochResult> value) {
    return history.epochs().stream().mapToDouble(value).toArray();
  }

  private static List<Map<String, Object>> confusion(Evaluation evaluation) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int actual = 0; actual < evaluation.classes(); actual++) {
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int predicted = 0; predicted < evaluation.classes(); predicted++) {
        cells.add(cell(evaluation, actual, predicted));
      }
      rows.add(Map.of("name", actual, "cells", cells));
    }
    return rows;
  }

  /**
   * Right answers in blue, wrong ones in red, by the share of their class; the square root lets few
   * wrong ones show.
   */
  private static Map<String, Object> cell(Evaluation evaluation, int actual, int predicted) {
    int count = evaluation.count(actual, predicted);
    double recall = evaluation.recall(actual);
    double ofClass = recall > 0 ? evaluation.count(actual, actual) / recall : evaluation.rows();
    double strength = count == 0 ? 0 : Math.sqrt(count / ofClass);
    String hue = actual == predicted ? "31,119,180" : "214,39,40";
    return Map.of(
        "count", count == 0 ? "" : Integer.toString(count),
        "color", String.format(Locale.ROOT, "rgba(%s,%.2f)", hue, Math.max(0.03, strength)),
        "ink", strength > 0.6 ? "white" : "inherit");
  }

  private static List<Map<String, Object>> classes(Evaluation evaluation) {
    List<Map<String, Object>> classes = new ArrayList<>();
    for (int c = 0; c < evaluation.classes(); c++) {
      int count = 0;
      for (int predicted = 0; predicted < evaluation.classes(); predicted++) {
        count += evaluation.count(c, predicted);
      }
      classes.add(
          Map.of(
              "name", c,
              "precision", percent(evaluation.precision(c)),
              "recall", percent(evaluation.recall(c)),
              "f1", percent(evaluation.f1(c)),
              "count", count));
    }
    return classes;
  }

  private static List<Map<String, Object>> mistakes(Dataset heldOut, Network network) {
    Predictions predictions = network.predict(heldOut);
    return IntStream.range(0, heldOut.rows())
        .filter(row -> predictions.predictedClass(row) != heldOut.label(row))
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -predictions.confidence(row)))
        .limit(heldOut.image().isPresent() ? MISTAKES_SHOWN : 0)
        .map(row -> mistake(heldOut, predictions, row))
        .toList();
  }

  private static Map<String, Object> mistake(Dataset images, Predictions predictions, int row) {
    ImageShape shape = images.image().orElseThrow();
    int[] pixels =
        IntStream.range(0, images.inputs())
            .map(pixel -> Math.round(255 * images.feature(row, pixel)))
            .toArray();
    String caption =
        String.format(
            Locale.ROOT,
            "%d taken for %d (%.0f %%)",
            images.label(row),
            predictions.predictedClass(row),
            100 * predictions.confidence(row));
    return Map.of(
        "width", shape.width(), "height", shape.height(), "pixels", pixels, "caption", caption);
  }
}
