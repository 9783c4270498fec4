package io.talus.cli;

import com.mitchtalmadge.asciidata.graph.ASCIIGraph;
import io.talus.Device;
import io.talus.op.Activation;
import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import io.talus.train.Network;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Trains a classifier in sight, saves it, loads it again and examines what was loaded. */
final class TrainingDemo {
  private static final float L2 = 1e-4f;
  private static final int GRAPH_ROWS = 8;

  private final Device device;
  private final PrintWriter terminal;
  private final long seed;

  TrainingDemo(Device device, PrintWriter terminal, long seed) {
    this.device = device;
    this.terminal = terminal;
    this.seed = seed;
  }

  /**
   * Runs the demonstration.
   *
   * @param epochs or null for as many as fit the images
   * @param model where the trained network goes
   * @return what the report's template names
   */
  Map<String, Object> run(QuickstartData.Images images, Integer epochs, Path model)
      throws IOException {
    History history;
    try (Network network =
        Network.builder(images.training().inputs())
            .dense(images.hiddenUnits(), Activation.RELU)
            .classes(images.training().classes())
            .seed(seed)
            .build(device)) {
      terminal.printf(
          "%nLearning %s: %,d images, %,d held out%n%s%n%n",
          images.name(), images.training().rows(), images.heldOut().rows(), network);
      terminal.flush();
      history = train(network, images, epochs == null ? images.epochs() : epochs);
      network.save(model);
    }
    try (Network loaded = Network.load(model, device)) {
      Evaluation evaluation = Evaluation.of(loaded, images.heldOut());
      show(images, history, evaluation, model);
      return new ClassifierReport(
              "A classifier for " + images.name(), loaded.summary(), images.classNames())
          .judged("held-out images", evaluation)
          .history(history, images.training().rows())
          .mistakes(loaded, images.heldOut(), null)
          .pictures(loaded, images.heldOut())
          .values();
    }
  }

  private History train(Network network, QuickstartData.Images images, int epochs) {
    try (TrainingProgress progress =
        TrainingProgress.on(terminal, epochs, images.training().rows(), images.batch())) {
      return new TrainingLoop()
          .epochs(epochs)
          .batch(images.batch())
          .l2(L2)
          .seed(seed)
          .listener(progress)
          .train(network, images.training(), images.heldOut());
    }
  }

  private void show(
      QuickstartData.Images images, History history, Evaluation evaluation, Path model) {
    List<EpochResult> epochs = history.epochs();
    terminal.printf("%nTraining loss, epoch 1 to %d%n", epochs.size());
    if (epochs.size() > 1) {
      double[] losses = epochs.stream().mapToDouble(EpochResult::dataLoss).toArray();
      terminal.println(ASCIIGraph.fromSeries(losses).withNumRows(GRAPH_ROWS).plot());
    }
    terminal.printf("%nConfusion matrix of the held-out images (rows: true, columns: predicted)%n");
    terminal.print(ConfusionText.of(evaluation, images.classNames()));
    terminal.printf(
        "%nSaved to %s and loaded again: %s. %,.0f images learned a second.%n",
        model, evaluation, history.last().rowsPerSecond());
    terminal.flush();
  }
}
