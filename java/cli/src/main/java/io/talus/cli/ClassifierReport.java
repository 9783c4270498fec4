package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.Network;
import io.talus.train.NetworkSummary;
import io.talus.train.Views;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What the template {@code classifier.mustache} names; what is not known is left out. */
final class ClassifierReport implements ReportSection {
  private final List<String> classNames;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Map<String, Object>> facts = new ArrayList<>();
  private final List<Map<String, Object>> charts = new ArrayList<>();
  private final List<Map<String, Object>> judged = new ArrayList<>();
  private final List<Map<String, Object>> galleries = new ArrayList<>();
  private final List<Map<String, Object>> settings = new ArrayList<>();
  private List<Map<String, Object>> mistakes = List.of();

  ClassifierReport(String heading, NetworkSummary summary, List<String> classNames) {
    this.classNames = classNames;
    values.put("heading", heading);
    values.put("layers", layers(summary));
    values.put("hasFolds", false);
  }

  @Override
  public String template() {
    return "classifier";
  }

  @Override
  public Map<String, Object> values() {
    values.put("facts", facts);
    values.put("hasCharts", !charts.isEmpty());
    values.put("chartsJson", Json.text(charts));
    values.put("judged", judged);
    values.put("galleries", galleries);
    values.put("hasMistakes", !mistakes.isEmpty());
    values.put("mistakes", mistakes);
    values.put("hasSettings", !settings.isEmpty());
    values.put("settings", settings);
    return values;
  }

  ClassifierReport fact(String name, String format, Object... arguments) {
    facts.add(Report.fact(name, String.format(Locale.ROOT, format, arguments)));
    return this;
  }

  /**
   * What came of each fold, and of all.
   *
   * @param lines with {@code name} and {@code cells}
   */
  ClassifierReport folds(List<String> columns, List<Map<String, Object>> lines) {
    values.put("hasFolds", true);
    values.put("foldColumns", columns);
    values.put("folds", lines);
    return this;
  }

  ClassifierReport chart(Chart chart) {
    charts.add(chart.values());
    return this;
  }

  /**
   * How it was learned.
   *
   * @param history of at least one epoch
   * @param rows learned from
   */
  ClassifierReport history(History history, int rows) {
    EpochResult last = history.last();
    double seconds = history.epochs().stream().mapToDouble(EpochResult::nanos).sum() / 1e9;
    fact("examples learned from", "%,d", rows);
    fact("epochs", "%d", history.epochs().size());
    fact("training time", "%.2f s", seconds);
    fact("examples a second", "%,.0f", last.rowsPerSecond());
    fact("loss: data + regularization", "%.4f + %.4f", last.dataLoss(), last.regularizationLoss());
    double[] epochs = of(history, EpochResult::epoch);
    Chart loss = new Chart("Loss", "epoch", false, epochs).series("training", history.dataLosses());
    if (last.heldOut().isEmpty()) {
      return chart(loss);
    }
    return chart(loss.series("held out", history.heldOutLosses()))
        .chart(
            new Chart("Accuracy", "epoch", true, epochs)
                .series("held out", history.heldOutAccuracies()));
  }

  /**
   * How it does on examples.
   *
   * @param part what they are, as in {@code held out}
   */
  ClassifierReport judged(String part, Evaluation evaluation) {
    fact("accuracy, " + part, "%s", Report.percent(evaluation.accuracy()));
    fact("examples, " + part, "%,d", evaluation.rows());
    if (evaluation.classes() > 5) {
      fact("top 5, " + part, "%s", Report.percent(evaluation.top5Accuracy()));
    }
    judged.add(EvaluationTables.of(part, evaluation, classNames));
    return this;
  }

  /**
   * Which examples it is wrong about.
   *
   * @param examples normalized
   * @param views of each example, or null
   */
  ClassifierReport mistakes(Network network, Dataset examples, Views views) {
    Mistakes wrong = new Mistakes(network, examples, views, classNames);
    List<Map<String, Object>> pictures = wrong.pictures();
    mistakes = pictures.isEmpty() ? wrong.lines() : List.of();
    if (!pictures.isEmpty()) {
      galleries.add(
          Gallery.of(
              "mistakes",
              "What it got wrong, most certain first",
              "What was said and what is right, each with the probability it was given.",
              pictures));
    }
    return this;
  }

  /**
   * Of a network of images: what its first layer looks for and what layers make of one.
   *
   * @param examples normalized
   */
  ClassifierReport pictures(Network network, Dataset examples) {
    NetworkPictures pictures = new NetworkPictures(network);
    ImageShape image = examples.image().orElse(null);
    if (image != null) {
      galleries.addAll(pictures.filters(image));
    }
    if (image != null && (image.channels() == 1 || image.channels() == 3)) {
      galleries.addAll(pictures.featureMaps(examples, 0, classNames.get(examples.label(0))));
    }
    return this;
  }

  /** What it was trained with. */
  ClassifierReport settings(Arguments arguments) {
    if (arguments.data() != null) {
      settings.add(Report.fact("data", arguments.data()));
    }
    arguments.options().forEach((name, value) -> settings.add(Report.fact(name, value)));
    return this;
  }

  private static List<Map<String, Object>> layers(NetworkSummary summary) {
    List<NetworkSummary.Line> lines = new ArrayList<>(summary.layers());
    lines.add(summary.total());
    List<Map<String, Object>> layers = new ArrayList<>();
    for (NetworkSummary.Line line : lines) {
      layers.add(
          Map.of(
              "layer", line.layer(),
              "output", line.output(),
              "parameters", String.format(Locale.ROOT, "%,d", line.parameters()),
              "flops", String.format(Locale.ROOT, "%,d", line.flops()),
              "bytes", String.format(Locale.ROOT, "%,d", line.outputBytes())));
    }
    return layers;
  }

  private static double[] of(History history, ToDoubleFunction<EpochResult> value) {
    return history.epochs().stream().mapToDouble(value).toArray();
  }
}
