package io.talus.cli;

import io.talus.Device;
import io.talus.train.CrossValidation;
import io.talus.train.Evaluation;
import io.talus.train.LearningCurve;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how good a recipe is, and how far that is luck. */
@Command(
    name = "crossval",
    description = {
      "Trains once for each of several folds, by all others, and judges by that one: the mean and"
          + " the deviation say how good layers and settings are, and how far that is luck.",
      "",
      "Folds have the same share of each class, and each is normalized by what is learned from. No"
          + " model is made: 'talus train --validation 0' makes one of all examples.",
      "",
      "A folder keeps what each fold came to, and a checkpoint of the one under way. Ctrl-C stops"
          + " after the batch at hand and says how to go on."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CrossvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      arity = "0..1",
      description =
          "Examples as 'talus train' takes them. A test part, where there is one, is no part of any"
              + " fold.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "talus-crossval",
      description = "The folder to keep it in. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(names = "--overwrite", description = "Lets an older cross-validation in that folder go.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Goes on with the cross-validation in that folder, to the same bits, with the options it"
              + " was begun with. --learning-curve, --final-test, --report and --json may be added,"
              + " also when it is done.")
  private Path resume;

  @Mixin private FoldsOptions folds;

  @Option(
      names = "--final-test",
      description =
          "Then trains by all folds together, and looks at the test part, once. Choose nothing by"
              + " the result.")
  private boolean finalTest;

  @Option(
      names = "--test-share",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "The share of each class that is set aside as the test part, where the data have none."
              + " Default: none.")
  private double testShare;

  @Option(
      names = "--learning-curve",
      description =
          "Also learns from 10, 20, 50 and 100 % of four fifths of the examples, and judges by the"
              + " fifth: whether more examples would help.")
  private boolean learningCurve;

  @Mixin private ResultFiles results;
  @Mixin private LearningOptions learning;
  @Mixin private DataOptions reading;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    CrossvalFolder folder = new CrossvalFolder(resume == null ? out : resume);
    Arguments begun = resume == null ? Arguments.NONE : folder.readArguments();
    Arguments all =
        Arguments.inFull(spec, learning.recipe(), begun).withWholePaths("--report", "--json");
    CrossvalCommand whole = new CrossvalCommand();
    all.into(whole);
    whole.results.requireFolders();
    PrintWriter terminal = spec.commandLine().getOut();
    Device computing = whole.device.device();
    try (CrossvalJob job =
            new CrossvalJob(
                terminal, computing, whole.learning, whole.examples(), whole.folds.folds());
        StopSignal signal = new StopSignal(terminal)) {
      if (resume == null) {
        folder.create(overwrite);
        folder.writeArguments(all);
      }
      boolean isDone = whole.run(job.keep(folder.trainings(), signal::stops), terminal, all);
      // What did not go well changes nothing.
      folder.writeArguments(all);
      if (!isDone) {
        signal.tellHowToGoOn(folder.folder(), folder.resumeCommand());
      }
      return signal.status();
    }
  }

  private CrossvalData examples() throws IOException {
    CrossvalData examples = CrossvalData.of(reading.open(data), testShare, learning.seed());
    if (finalTest) {
      examples.requireTest();
    }
    return examples;
  }

  /** False when it was stopped before its end. */
  private boolean run(CrossvalJob job, PrintWriter terminal, Arguments arguments)
      throws IOException {
    Optional<CrossValidation.Result> found = job.validate();
    if (found.isEmpty()) {
      return false;
    }
    CrossvalResult result = new CrossvalResult(job.data(), found.get());
    ClassifierReport report = result.report(job.summary());
    show(terminal, result.text());
    if (learningCurve) {
      Optional<LearningCurve> curve = job.curve();
      if (curve.isEmpty()) {
        return false;
      }
      result.curve(curve.get().points(), report);
      show(terminal, result.curveText());
    }
    if (finalTest) {
      Optional<Evaluation> test = job.finalTest(report);
      if (test.isEmpty()) {
        return false;
      }
      result.test(test.get());
    }
    show(terminal, result.testText());
    results.writeReport("Talus cross-validation", job.device(), report.settings(arguments));
    results.writeJson(result.json(data));
    results.tell(terminal);
    return true;
  }

  private static void show(PrintWriter terminal, String text) {
    terminal.append(text);
    terminal.flush();
  }
}
