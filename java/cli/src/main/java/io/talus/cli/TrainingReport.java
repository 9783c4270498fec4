package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.Network;
import io.talus.train.NetworkSummary;
import io.talus.train.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What the report's template names of a classifier; what is not known is left out. */
final class TrainingReport {
  private static final int MISTAKES_SHOWN = 24;

  private final Network network;
  private final List<String> classNames;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final List<Map<String, Object>> facts = new ArrayList<>();

  TrainingReport(String heading, Network network, List<String> classNames) {
    this.network = network;
    this.classNames = classNames;
    values.put("heading", heading);
    values.put("facts", facts);
    values.put("layers", layers(network.summary()));
  }

  Map<String, Object> values() {
    return values;
  }

  /**
   * How it was learned.
   *
   * @param history of at least one epoch
   * @param rows learned from
   */
  TrainingReport history(History history, int rows) {
    EpochResult last = history.last();
    double seconds = history.epochs().stream().mapToDouble(EpochResult::nanos).sum() / 1e9;
    facts.add(Report.fact("examples learned from", String.format(Locale.ROOT, "%,d", rows)));
    facts.add(Report.fact("epochs", Integer.toString(history.epochs().size())));
    facts.add(Report.fact("training time", String.format(Locale.ROOT, "%.2f s", seconds)));
    facts.add(
        Report.fact(
            "examples a second", String.format(Locale.ROOT, "%,.0f", last.rowsPerSecond())));
    facts.add(
        Report.fact(
            "loss: data + regularization",
            String.format(Locale.ROOT, "%.4f + %.4f", last.dataLoss(), last.regularizationLoss())));
    values.put("hasHistory", true);
    values.put("hasHeldOut", last.heldOut().isPresent());
    values.put("historyJson", Json.text(series(history)));
    return this;
  }

  /**
   * How it does on examples; the last ones are shown.
   *
   * @param part what they are, as in {@code held out}
   */
  TrainingReport judged(String part, Dataset examples, Evaluation evaluation) {
    facts.add(Report.fact("accuracy, " + part, Report.percent(evaluation.accuracy())));
    facts.add(
        Report.fact("examples, " + part, String.format(Locale.ROOT, "%,d", evaluation.rows())));
    if (evaluation.classes() > 5) {
      facts.add(Report.fact("top 5, " + part, Report.percent(evaluation.top5Accuracy())));
    }
    List<Map<String, Object>> mistakes = mistakes(examples);
    values.put("judged", EvaluationTables.of(part, evaluation, classNames));
    values.put("hasMistakes", !mistakes.isEmpty());
    values.put("mistakesJson", Json.text(mistakes));
    return this;
  }

  /** What it was trained with. */
  TrainingReport settings(Arguments arguments) {
    List<Map<String, Object>> settings = new ArrayList<>();
    if (arguments.data() != null) {
      settings.add(Report.fact("data", arguments.data()));
    }
    arguments.options().forEach((name, value) -> settings.add(Report.fact(name, value)));
    values.put("hasSettings", !settings.isEmpty());
    values.put("settings", settings);
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

  private static Map<String, Object> series(History history) {
    Map<String, Object> series = new LinkedHashMap<>();
    series.put("epoch", of(history, EpochResult::epoch));
    series.put("trainingLoss", history.dataLosses());
    series.put("validationLoss", history.heldOutLosses());
    series.put("validationAccuracy", history.heldOutAccuracies());
    return series;
  }

  private static double[] of(History history, ToDoubleFunction<EpochResult> value) {
    return history.epochs().stream().mapToDouble(value).toArray();
  }

  private List<Map<String, Object>> mistakes(Dataset examples) {
    int channels = examples.image().map(ImageShape::channels).orElse(0);
    if (channels != 1 && channels != 3) {
      return List.of();
    }
    Predictions predictions = network.predict(examples);
    return IntStream.range(0, examples.rows())
        .filter(row -> predictions.predictedClass(row) != examples.label(row))
        .boxed()
        .sorted(Comparator.comparingDouble(row -> -predictions.confidence(row)))
        .limit(MISTAKES_SHOWN)
        .map(row -> Pictures.example(examples, row, network, caption(examples, predictions, row)))
        .toList();
  }

  private String caption(Dataset examples, Predictions predictions, int row) {
    return String.format(
        Locale.ROOT,
        "%s taken for %s (%.0f %%)",
        classNames.get(examples.label(row)),
        classNames.get(predictions.predictedClass(row)),
        100 * predictions.confidence(row));
  }
}
