package io.talus.cli;

import io.talus.train.EpochResult;
import io.talus.train.Evaluation;
import io.talus.train.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The epochs of a training as a table for other programs. */
final class HistoryCsv {
  private HistoryCsv() {}

  /** Writes a line for each epoch, empty where nothing was held out. */
  static void write(Path file, History history) throws IOException {
    StringBuilder lines =
        new StringBuilder(
            "epoch,data_loss,regularization_loss,held_out_loss,held_out_accuracy,seconds,"
                + "examples_per_second\n");
    for (EpochResult epoch : history.epochs()) {
      lines.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%s,%s,%s,%.3f,%.1f%n",
              epoch.epoch(),
              epoch.dataLoss(),
              epoch.regularizationLoss(),
              of(epoch.heldOut(), Evaluation::loss),
              of(epoch.heldOut(), Evaluation::accuracy),
              epoch.nanos() / 1e9,
              epoch.rowsPerSecond()));
    }
    TextFile.write(file, lines);
  }

  private static String of(Optional<Evaluation> heldOut, ToDoubleFunction<Evaluation> what) {
    return heldOut.map(it -> Double.toString(what.applyAsDouble(it))).orElse("");
  }
}
