package io.talus.cli;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.Normalization;
import io.talus.data.TestSet;
import io.talus.train.EarlyStopping;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.Network;
import io.talus.train.TrainingDivergedException;
import io.talus.train.TrainingLoop;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** One training, from files to files. */
final class TrainingJob {
  private final PrintWriter terminal;
  private final Device device;
  private final LearningOptions learning;
  private final Arguments arguments;
  private final TrainingFolder folder;

  /**
   * @param arguments all that it is trained with, for the report and for whoever goes on
   * @param folder to write to
   */
  TrainingJob(
      PrintWriter terminal,
      Device device,
      LearningOptions learning,
      Arguments arguments,
      TrainingFolder folder) {
    this.terminal = terminal;
    this.device = device;
    this.learning = learning;
    this.arguments = arguments;
    this.folder = folder;
  }

  /**
   * What is learned from and what is looked at, normalized.
   *
   * @param heldOut or null
   * @param test or null
   */
  private record Prepared(
      String name,
      List<String> classes,
      Normalization normalization,
      Dataset training,
      Dataset heldOut,
      TestSet test) {

    static Prepared of(DataSource source, double validation, long seed) throws IOException {
      DataSource.Labelled labelled = source.training(null);
      // Read at once, so that a damaged file costs no training; looked at in the end.
      Dataset test = source.hasTest() ? source.test(labelled.classes()).examples() : null;
      Dataset training = labelled.examples();
      Dataset heldOut = null;
      if (validation != 0) {
        Dataset.Split split = training.stratifiedSplit(validation, seed);
        training = split.training();
        heldOut = split.heldOut();
      }
      Normalization normalization = Normalization.of(training);
      return new Prepared(
          source.name(),
          labelled.classes(),
          normalization,
          normalization.apply(training),
          heldOut == null ? null : normalization.apply(heldOut),
          test == null ? null : new TestSet(normalization.apply(test)));
    }
  }

  /**
   * Trains from the start.
   *
   * @param validation the share that is held out
   * @param patience of early stopping, or null
   * @return the process's exit status
   */
  int begin(DataSource source, double validation, Integer patience, boolean overwrite)
      throws IOException {
    Prepared data = Prepared.of(source, validation, learning.seed());
    try (Network network = network(data)) {
      TrainingLoop loop = loop(data, patience);
      folder.create(overwrite);
      folder.writeNotes(notes(data));
      return train(network, loop, data);
    }
  }

  /** Goes on from the folder's checkpoint; see {@link #begin}. */
  int resume(DataSource source, double validation, Integer patience) throws IOException {
    if (!Files.exists(folder.checkpoint())) {
      throw new FileNotFoundException(
          folder.checkpoint()
              + ": there is no checkpoint, as the training ended before its first; begin it anew"
              + " with --overwrite");
    }
    Prepared data = Prepared.of(source, validation, learning.seed());
    try (Network network = network(data)) {
      return train(network, loop(data, patience).resumeFrom(folder.checkpoint()), data);
    }
  }

  private Network network(Prepared data) {
    return learning.network(device, data.training, data.normalization);
  }

  private TrainingFolder.Notes notes(Prepared data) {
    return new TrainingFolder.Notes(arguments, data.classes, data.training.image().orElse(null));
  }

  private TrainingLoop loop(Prepared data, Integer patience) {
    if (patience != null && data.heldOut == null) {
      throw new IllegalArgumentException(
          "--early-stopping needs examples held out: give --validation a share above 0");
    }
    TrainingLoop loop =
        learning
            .loop(data.training.rows(), data.training.image().orElse(null), data.normalization)
            .checkpoint(folder.checkpoint());
    return patience == null ? loop : loop.earlyStopping(EarlyStopping.byLoss(patience));
  }

  private int train(Network network, TrainingLoop loop, Prepared data) throws IOException {
    terminal.printf(
        "Learning %s on %s: %,d examples, %,d held out%n%n%s%n",
        data.name,
        device.name(),
        data.training.rows(),
        data.heldOut == null ? 0 : data.heldOut.rows(),
        network.summary());
    terminal.flush();
    try (StopSignal signal = new StopSignal(terminal)) {
      History history = learn(network, loop.stopWhen(signal::stops), data);
      // What did not go well changes nothing.
      folder.writeNotes(notes(data));
      if (history.isStopped()) {
        signal.tellHowToGoOn(folder.checkpoint(), folder.resumeCommand());
        return signal.status();
      }
      finish(network, history, data);
      return signal.status();
    }
  }

  private History learn(Network network, TrainingLoop loop, Prepared data) {
    try (TrainingProgress progress =
        TrainingProgress.on(terminal, learning.epochs(), data.training.rows(), learning.batch())) {
      loop.listener(progress);
      return data.heldOut == null
          ? loop.train(network, data.training)
          : loop.train(network, data.training, data.heldOut);
    } catch (TrainingDivergedException diverged) {
      if (Files.exists(folder.checkpoint())) {
        terminal.printf(
            "%nThe last good state is in %s; to go on from it with smaller steps:%n"
                + "  %s --learning-rate N%n",
            folder.checkpoint(), folder.resumeCommand());
        terminal.flush();
      }
      throw diverged;
    }
  }

  private void finish(Network network, History history, Prepared data) throws IOException {
    network.save(folder.model());
    HistoryCsv.write(folder.history(), history);
    ClassifierReport report =
        new ClassifierReport("A classifier for " + data.name, network.summary(), data.classes)
            .history(history, data.training.rows());
    terminal.println();
    Dataset judged = null;
    if (data.heldOut != null) {
      judged = data.heldOut;
      Evaluation heldOut = Evaluation.of(network, judged);
      terminal.printf("Held out: %s%n", heldOut);
      report.judged("held out", heldOut);
    }
    if (data.test != null) {
      judged = data.test.open();
      Evaluation test = Evaluation.of(network, judged);
      terminal.printf("Test, never looked at before: %s%n", test);
      report.judged("test", test);
    }
    if (judged != null) {
      report.mistakes(network, judged, null);
    }
    report.pictures(network, judged != null ? judged : data.training);
    report.settings(arguments);
    Report.write(folder.report(), "Talus training", device, Map.of("classifier", report.values()));
    terminal.printf(
        "Written to %s: %s, %s, %s and %s%n",
        folder.folder(),
        DataFiles.name(folder.model()),
        DataFiles.name(folder.history()),
        DataFiles.name(folder.report()),
        DataFiles.name(folder.checkpoint()));
    terminal.flush();
  }
}
