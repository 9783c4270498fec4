package io.talus.cli;

import io.talus.Device;
import io.talus.data.Folds;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
          + " model is kept: 'talus train --validation 0' makes one of all examples."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CrossvalCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      description =
          "Examples as 'talus train' takes them. A test part, where there is one, is no part of any"
              + " fold.")
  private Path data;

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
    Arguments all =
        Arguments.of(spec.commandLine().getParseResult())
            .without("--recipe")
            .over(learning.recipe());
    CrossvalCommand whole = new CrossvalCommand();
    all.into(whole);
    whole.run(spec.commandLine(), all);
    return 0;
  }

  private void run(CommandLine command, Arguments arguments) throws IOException {
    results.requireFolders();
    PrintWriter terminal = command.getOut();
    Device computing = device.device();
    Folds dealt = folds.folds();
    CrossvalData examples = CrossvalData.of(reading.open(data), testShare, learning.seed());
    if (finalTest) {
      examples.requireTest();
    }
    try (CrossvalJob job = new CrossvalJob(terminal, computing, learning, examples)) {
      CrossvalResult result = new CrossvalResult(examples, job.validate(dealt));
      ClassifierReport report = result.report(job.summary());
      show(terminal, result.text());
      if (learningCurve) {
        result.curve(job.curve(), report);
        show(terminal, result.curveText());
      }
      if (finalTest) {
        result.test(job.finalTest(report));
      }
      show(terminal, result.testText());
      results.writeReport("Talus cross-validation", computing, report.settings(arguments));
      results.writeJson(result.json(data));
      results.tell(terminal);
    }
  }

  private static void show(PrintWriter terminal, String text) {
    terminal.append(text);
    terminal.flush();
  }
}
