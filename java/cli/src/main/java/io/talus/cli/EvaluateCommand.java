package io.talus.cli;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.train.Evaluation;
import io.talus.train.Views;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Judges a saved network. */
@Command(
    name = "evaluate",
    description =
        "Judges a saved classifier: accuracy, top 5, loss, the confusion matrix, and precision,"
            + " recall and F1 of each class.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = SavedModel.DESCRIPTION)
  private Path place;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      arity = "0..1",
      description =
          "Examples with their classes, as 'talus train' takes them. Default: what it was trained"
              + " on.")
  private Path data;

  @Option(
      names = "--part",
      paramLabel = "NAME",
      description =
          "test, training, held-out (what was set aside while it was trained) or all. Default: test"
              + " where there is such a part; else, of what it was trained on, held-out; else all.")
  private String part;

  @Option(
      names = "--views",
      paramLabel = "VIEWS",
      description =
          "Takes the mean over several views of each image: mirror, shift PIXELS, between commas."
              + " Default: the image alone.")
  private String views;

  @Mixin private ResultFiles results;
  @Mixin private DataOptions reading;
  @Mixin private DeviceOption deviceOption;

  @Override
  public Integer call() throws IOException {
    results.requireFolders();
    Device device = deviceOption.device();
    try (SavedModel model = SavedModel.load(place, device)) {
      if (data == null && model.arguments().data() == null) {
        throw new CommandLine.ParameterException(
            spec.commandLine(),
            "DATA is missing: nothing beside " + model.file() + " says what it was trained on");
      }
      JudgedPart judged = JudgedPart.read(model, data, part, reading);
      Dataset examples = model.prepared(judged.name(), judged.examples());
      Views looks = views == null ? null : views(examples);
      Evaluation evaluation = judge(model, judged, examples, looks);
      if (results.isReportWanted()) {
        results.writeReport(
            "Talus evaluation", device, report(model, judged, examples, looks, evaluation));
      }
      results.writeJson(json(model, judged, evaluation));
      results.tell(spec.commandLine().getOut());
    }
    return 0;
  }

  private Evaluation judge(SavedModel model, JudgedPart judged, Dataset examples, Views looks) {
    PrintWriter terminal = spec.commandLine().getOut();
    terminal.printf(
        Locale.ROOT,
        "Judging %s by %s, %s: %,d examples, on %s%n",
        model.file(),
        judged.name(),
        judged.part(),
        examples.rows(),
        model.network().device().name());
    judged.warning().ifPresent(warning -> terminal.printf("Note: %s.%n", warning));
    terminal.flush();
    long start = System.nanoTime();
    Evaluation evaluation = Evaluation.of(model.network(), examples, looks);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (Double.isNaN(evaluation.loss())) {
      throw new IllegalArgumentException(
          model.file() + " gives NaN: its parameters are not finite; train it anew");
    }
    terminal.printf(
        Locale.ROOT,
        "%s%n%.2f s, %,.0f examples/s%n%n%s",
        EvaluationText.summary(evaluation),
        seconds,
        examples.rows() / seconds,
        EvaluationText.tables(evaluation, model.classes()));
    terminal.flush();
    return evaluation;
  }

  private ClassifierReport report(
      SavedModel model, JudgedPart judged, Dataset examples, Views looks, Evaluation evaluation) {
    return new ClassifierReport(
            DataFiles.name(place) + " on " + judged.name(),
            model.network().summary(),
            model.classes())
        .judged(judged.part(), evaluation)
        .fact("loss, " + judged.part(), "%.4f", evaluation.loss())
        .fact("mean F1, " + judged.part(), "%s", Report.percent(evaluation.macroF1()))
        .mistakes(model.network(), examples, looks)
        .pictures(model.network(), examples)
        .settings(model.arguments());
  }

  private Views views(Dataset examples) {
    return ImageChangesText.views(
        views,
        examples
            .image()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--views "
                            + views
                            + ": the examples are no images; say --size if they"
                            + " are")));
  }

  private static Map<String, Object> json(
      SavedModel model, JudgedPart judged, Evaluation evaluation) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("model", model.file().toString());
    values.put("data", judged.data().toString());
    values.put("part", judged.part());
    values.putAll(EvaluationText.all(evaluation, model.classes()));
    return values;
  }
}
