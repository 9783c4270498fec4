package io.talus.cli;

import io.talus.train.CrossValidation;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.LearningCurve;
import io.talus.train.MeanDeviation;
import io.talus.train.NetworkSummary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a cross-validation found: for the terminal, the report and other programs. */
final class CrossvalResult {
  private static final List<String> COLUMNS =
      List.of("learned from", "held out", "accuracy", "top 5", "loss", "mean F1");

  private final CrossvalData data;
  private final CrossValidation.Result folds;
  private List<LearningCurve.Point> curve = List.of();
  private Evaluation test;

  CrossvalResult(CrossvalData data, CrossValidation.Result folds) {
    this.data = data;
    this.folds = folds;
  }

  /** A line for each fold, one for the mean and one for the deviation, then the classes. */
  String text() {
    StringBuilder text = new StringBuilder(String.format("%10s", "fold"));
    COLUMNS.forEach(column -> text.append(String.format("%14s", column)));
    text.append(System.lineSeparator());
    for (Map<String, Object> line : lines()) {
      text.append(String.format("%10s", line.get("name")));
      ((List<?>) line.get("cells")).forEach(cell -> text.append(String.format("%14s", cell)));
      text.append(System.lineSeparator());
    }
    return text.append(
            String.format(
                "%nAll folds together, each example by the network that has not seen it%n%s",
                EvaluationText.tables(folds.together(), data.classes())))
        .toString();
  }

  private List<Map<String, Object>> lines() {
    List<Map<String, Object>> lines = new ArrayList<>();
    for (CrossValidation.Fold fold : folds.folds()) {
      Evaluation heldOut = fold.heldOut();
      lines.add(
          line(
              "" + fold.fold(),
              String.format(Locale.ROOT, "%,d", fold.trainingRows()),
              String.format(Locale.ROOT, "%,d", heldOut.rows()),
              heldOut.accuracy(),
              heldOut.top5Accuracy(),
              heldOut.loss(),
              heldOut.macroF1()));
    }
    lines.add(overAll("mean", MeanDeviation::mean));
    lines.add(overAll("deviation", MeanDeviation::deviation));
    return lines;
  }

  private Map<String, Object> overAll(String name, ToDoubleFunction<MeanDeviation> which) {
    return line(
        name,
        "",
        "",
        which.applyAsDouble(folds.accuracy()),
        which.applyAsDouble(folds.top5Accuracy()),
        which.applyAsDouble(folds.loss()),
        which.applyAsDouble(folds.macroF1()));
  }

  private static Map<String, Object> line(
      String name,
      String learnedFrom,
      String heldOut,
      double accuracy,
      double top5,
      double loss,
      double f1) {
    return Map.of(
        "name",
        name,
        "cells",
        List.of(
            learnedFrom,
            heldOut,
            fine(accuracy),
            fine(top5),
            String.format(Locale.ROOT, "%.4f", loss),
            fine(f1)));
  }

  /** Folds differ in little. */
  private static String fine(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /**
   * The section about the folds, to which more may be added.
   *
   * @param summary of each fold's network
   */
  ClassifierReport report(NetworkSummary summary) {
    return new ClassifierReport("Cross-validation on " + data.name(), summary, data.classes())
        .fact("accuracy, mean and deviation", "%s", shares(folds.accuracy()))
        .fact(
            "loss, mean and deviation",
            "%.4f ± %.4f",
            folds.loss().mean(),
            folds.loss().deviation())
        .fact("mean F1, mean and deviation", "%s", shares(folds.macroF1()))
        .folds(COLUMNS, lines())
        .chart(chart("Loss held out, each fold", false, Evaluation::loss))
        .chart(chart("Accuracy held out, each fold", true, Evaluation::accuracy))
        .judged("all folds together", folds.together());
  }

  private static String shares(MeanDeviation of) {
    return String.format(Locale.ROOT, "%.2f ± %.2f %%", 100 * of.mean(), 100 * of.deviation());
  }

  private Chart chart(String title, boolean isShare, ToDoubleFunction<Evaluation> height) {
    List<EpochResult> first = folds.folds().get(0).history().epochs();
    Chart chart =
        new Chart(
            title, "epoch", isShare, first.stream().mapToDouble(EpochResult::epoch).toArray());
    for (CrossValidation.Fold fold : folds.folds()) {
      chart.series(
          "fold " + fold.fold(),
          fold.history().epochs().stream()
              .mapToDouble(epoch -> height.applyAsDouble(epoch.heldOut().orElseThrow()))
              .toArray());
    }
    return chart;
  }

  /**
   * Adds what more examples do.
   *
   * @param report gets it too
   */
  void curve(List<LearningCurve.Point> points, ClassifierReport report) {
    curve = points;
    report.chart(
        new Chart(
                "Accuracy, by examples learned from",
                "examples",
                true,
                points.stream().mapToDouble(LearningCurve.Point::rows).toArray())
            .series("training", of(points, LearningCurve.Point::training))
            .series("held out", of(points, LearningCurve.Point::heldOut)));
  }

  private interface Part {
    Evaluation of(LearningCurve.Point point);
  }

  private static double[] of(List<LearningCurve.Point> points, Part part) {
    return points.stream().mapToDouble(point -> part.of(point).accuracy()).toArray();
  }

  /** A line for each number of examples. */
  String curveText() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                "%nLearning curve%n%14s%14s%14s%n", "learned from", "training", "held out"));
    for (LearningCurve.Point point : curve) {
      text.append(
          String.format(
              Locale.ROOT,
              "%,14d%14s%14s%n",
              point.rows(),
              fine(point.training().accuracy()),
              fine(point.heldOut().accuracy())));
    }
    return text.toString();
  }

  /** Adds the last look. */
  void test(Evaluation evaluation) {
    test = evaluation;
  }

  /** What the test part says, or that it was left alone. */
  String testText() {
    if (test != null) {
      return String.format(
          "%nTest, never looked at before: %s%n%n%s",
          EvaluationText.summary(test), EvaluationText.tables(test, data.classes()));
    }
    return data.test()
        .map(
            aside ->
                String.format(
                    Locale.ROOT,
                    "%nThe test part, %,d examples, was not looked at; --final-test does, once.%n",
                    aside.rows()))
        .orElse("");
  }

  /** For {@link Json}. */
  Map<String, Object> json(Path place) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("data", place.toString());
    values.put("folds", folds.folds().stream().map(CrossvalResult::json).toList());
    values.put("mean", overAll(MeanDeviation::mean));
    values.put("deviation", overAll(MeanDeviation::deviation));
    values.put("together", EvaluationText.all(folds.together(), data.classes()));
    if (!curve.isEmpty()) {
      values.put("learningCurve", curve.stream().map(CrossvalResult::json).toList());
    }
    if (test != null) {
      values.put("test", EvaluationText.all(test, data.classes()));
    }
    return values;
  }

  private static Map<String, Object> json(CrossValidation.Fold fold) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("fold", fold.fold());
    values.put("learnedFrom", fold.trainingRows());
    values.putAll(EvaluationText.numbers(fold.heldOut()));
    return values;
  }

  private static Map<String, Object> json(LearningCurve.Point point) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("learnedFrom", point.rows());
    values.put("training", EvaluationText.numbers(point.training()));
    values.put("heldOut", EvaluationText.numbers(point.heldOut()));
    return values;
  }

  private Map<String, Object> overAll(ToDoubleFunction<MeanDeviation> which) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("accuracy", which.applyAsDouble(folds.accuracy()));
    values.put("top5Accuracy", which.applyAsDouble(folds.top5Accuracy()));
    values.put("loss", which.applyAsDouble(folds.loss()));
    values.put("meanF1", which.applyAsDouble(folds.macroF1()));
    return values;
  }
}
