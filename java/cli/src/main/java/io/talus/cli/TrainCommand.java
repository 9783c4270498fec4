package io.talus.cli;

import io.talus.data.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Trains a classifier on a person's own data. */
@Command(
    name = "train",
    description = {
      "Trains a classifier and writes it to a folder, with its history, a report and a checkpoint.",
      "",
      "Ctrl-C stops after the batch at hand and says how to go on."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DATA",
      arity = "0..1",
      description =
          "A CSV file, or a folder with IDX files (MNIST and its kin), CIFAR binaries, a CSV file,"
              + " or a folder of images for each class. Features are normalized by what is learned"
              + " from; a test part, where there is one, is looked at once, at the end.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "talus-training",
      description = "The folder to write to. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(names = "--overwrite", description = "Lets an older training in that folder go.")
  private boolean overwrite;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "Goes on with the training in that folder, to the same bits; other options stand over"
              + " those it was begun with.")
  private Path resume;

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      defaultValue = "0.1",
      description =
          "The share of each class that is held out and looked at after each epoch; 0 for none."
              + " Default: ${DEFAULT-VALUE}.")
  private double validation;

  @Option(
      names = "--early-stopping",
      paramLabel = "EPOCHS",
      description =
          "Ends after so many epochs without a lower loss of what is held out, and keeps the best.")
  private Integer patience;

  @Mixin private LearningOptions learning;
  @Mixin private DataOptions reading;
  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    TrainingFolder folder = new TrainingFolder(resume == null ? out : resume);
    Arguments begun = resume == null ? Arguments.NONE : folder.readNotes().arguments();
    Arguments all = Arguments.inFull(spec, learning.recipe(), begun);
    TrainCommand whole = of(all);
    TrainingJob job =
        new TrainingJob(
            spec.commandLine().getOut(), whole.device.device(), whole.learning, all, folder);
    DataSource source = whole.reading.open(whole.data);
    return resume == null
        ? job.begin(source, whole.validation, whole.patience, overwrite)
        : job.resume(source, whole.validation, whole.patience);
  }

  /** The command with these settings. */
  static TrainCommand of(Arguments arguments) {
    TrainCommand command = new TrainCommand();
    arguments.into(command);
    return command;
  }

  /** The share that is held out. */
  double validation() {
    return validation;
  }

  /** What is learned from and what is held out, the same whenever it is asked. */
  Dataset.Split split(Dataset training) {
    return training.stratifiedSplit(validation, learning.seed());
  }
}
