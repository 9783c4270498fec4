package io.talus.cli;

import io.talus.train.EpochResult;
import io.talus.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows how a training goes on: a bar where a person watches a terminal, a line for each epoch
 * where not.
 */
abstract class TrainingProgress implements TrainingListener, AutoCloseable {

  static TrainingProgress on(PrintWriter terminal, int epochs, int batches) {
    return System.console() == null
        ? new Lines(terminal, epochs)
        : new Bar((long) epochs * batches);
  }

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
    private final ProgressBar bar;

    Bar(long steps) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("Training")
              .setInitialMax(steps)
              .setUpdateIntervalMillis(100)
              .showSpeed()
              .build();
    }

    @Override
    public void batchDone(int epoch, int batch, int batches, float loss) {
      bar.step();
    }

    @Override
    public void epochDone(EpochResult result) {
      bar.setExtraMessage(" epoch " + result.epoch() + ": " + summary(result));
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines extends TrainingProgress {
    private final PrintWriter out;
    private final int epochs;

    Lines(PrintWriter out, int epochs) {
      this.out = out;
      this.epochs = epochs;
    }

    @Override
    public void epochDone(EpochResult result) {
      out.printf("epoch %3d of %d: %s%n", result.epoch(), epochs, summary(result));
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
