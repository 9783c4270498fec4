package io.talus.cli;

import io.talus.train.EpochResult;
import io.talus.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Shows how a training goes on, with the loss, the speed and the time that is left: a bar where a
 * person watches a terminal, a line for each epoch where not.
 */
abstract class TrainingProgress implements TrainingListener, AutoCloseable {
  private final PrintWriter terminal;

  /** What follows is told under this name. */
  private String name = "";

  private TrainingProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  /**
   * @param rows examples of an epoch
   * @param batch examples of a batch but the last
   */
  static TrainingProgress on(PrintWriter terminal, int epochs, int rows, int batch) {
    return System.console() == null
        ? new Lines(terminal, epochs)
        : new Bar(terminal, epochs, rows, batch, null);
  }

  /**
   * A bar wherever it is drawn; see {@link #on}.
   *
   * @param drawn gets it as text
   */
  static TrainingProgress bar(
      PrintWriter terminal, int epochs, int rows, int batch, ProgressBarConsumer drawn) {
    return new Bar(terminal, epochs, rows, batch, drawn);
  }

  /**
   * Begins another training, such as that of a fold.
   *
   * @param rows examples of an epoch
   */
  void part(String title, int rows) {
    close();
    name = title;
    epochRows(rows);
  }

  abstract void epochRows(int rows);

  @Override
  public void advised(String advice) {
    terminal.printf("Note: %s.%n", advice);
    terminal.flush();
  }

  /** Ends what is shown. */
  @Override
  public abstract void close();

  private static String summary(EpochResult result) {
    return String.format(Locale.ROOT, "loss %.4f", result.dataLoss())
        + result
            .heldOut()
            .map(held -> String.format(Locale.ROOT, ", held out %.1f %%", 100 * held.accuracy()))
            .orElse("");
  }

  private static final class Bar extends TrainingProgress {
    private static final double OF_LOSS_BEFORE = 0.95;
    private static final long BETWEEN_LOSSES = 100_000_000;

    private final int epochs;
    private final int batchRows;
    private final ProgressBarConsumer drawn;
    private int rows;
    private ProgressBar bar;
    private String lastEpoch = "";
    private double loss;
    private long toldAt;

    Bar(PrintWriter terminal, int epochs, int rows, int batchRows, ProgressBarConsumer drawn) {
      super(terminal);
      this.drawn = drawn;
      this.epochs = epochs;
      this.rows = rows;
      this.batchRows = batchRows;
    }

    @Override
    void epochRows(int value) {
      rows = value;
    }

    /**
     * Made when it is known where a training goes on from. Without units, so that the loss has its
     * place in 80 columns.
     */
    private ProgressBar bar(long rowsBefore) {
      String task = super.name.isEmpty() ? "Training" : super.name;
      ProgressBarBuilder builder = Progress.bar(task, (long) epochs * rows, rowsBefore);
      return drawn == null ? builder.build() : builder.setConsumer(drawn).build();
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, float lossOfBatch) {
      long before = (epoch - 1L) * rows;
      if (bar == null) {
        bar = bar(before + (batch - 1L) * batchRows);
        loss = lossOfBatch;
      }
      bar.stepTo(before + Math.min(rows, (long) batch * batchRows));
      loss = OF_LOSS_BEFORE * loss + (1 - OF_LOSS_BEFORE) * lossOfBatch;
      long now = System.nanoTime();
      if (now - toldAt > BETWEEN_LOSSES) {
        toldAt = now;
        bar.setExtraMessage(String.format(Locale.ROOT, " loss %.4f%s", loss, lastEpoch));
      }
    }

    @Override
    public void epochDone(EpochResult result) {
      lastEpoch = "; epoch " + result.epoch() + ": " + summary(result);
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
      bar = null;
      lastEpoch = "";
    }
  }

  private static final class Lines extends TrainingProgress {
    private final int epochs;
    private int epochsDone;
    private long start = System.nanoTime();

    Lines(PrintWriter terminal, int epochs) {
      super(terminal);
      this.epochs = epochs;
    }

    @Override
    void epochRows(int value) {}

    @Override
    public void epochDone(EpochResult result) {
      epochsDone++;
      double secondsEach = (System.nanoTime() - start) / 1e9 / epochsDone;
      super.terminal.printf(
          Locale.ROOT,
          "%sepoch %3d of %d: %s, %,.0f examples/s, %s%n",
          super.name.isEmpty() ? "" : super.name + ", ",
          result.epoch(),
          epochs,
          summary(result),
          result.rowsPerSecond(),
          Progress.left(secondsEach * (epochs - result.epoch())));
      super.terminal.flush();
    }

    @Override
    public void close() {
      epochsDone = 0;
      start = System.nanoTime();
      super.terminal.flush();
    }
  }
}
