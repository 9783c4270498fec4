package io.talus.cli;

import java.io.PrintWriter;
import java.text.DecimalFormat;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/**
 * Shows how far work of many steps has come, and the time that is left: a bar where a person
 * watches a terminal, a line for each tenth where not.
 */
abstract class Progress implements AutoCloseable {
  private static final int LINES = 10;

  private Progress() {}

  /**
   * @param task what is done, as in {@code Recommending}
   * @param steps how many there are; of none nothing is shown
   * @param unit what a step is, in the plural
   */
  static Progress on(PrintWriter terminal, String task, long steps, String unit) {
    return since(System.nanoTime(), terminal, task, steps, unit);
  }

  /**
   * The same of work that is under way.
   *
   * @param start when it began, as {@link System#nanoTime} tells
   */
  static Progress since(long start, PrintWriter terminal, String task, long steps, String unit) {
    return System.console() == null || steps == 0
        ? new Lines(terminal, task, steps, start)
        : new Bar(task, steps, unit, start);
  }

  /**
   * A bar as all commands show it.
   *
   * @param before steps that were done earlier
   */
  static ProgressBarBuilder bar(String task, long steps, long before) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(steps)
        .startsFrom(before, Duration.ZERO)
        .setUpdateIntervalMillis(100)
        .showSpeed(new DecimalFormat("#,##0"));
  }

  /** The time that is left, as in {@code 1:07 left}. */
  static String left(double seconds) {
    long whole = Math.round(seconds);
    return String.format(Locale.ROOT, "%d:%02d left", whole / 60, whole % 60);
  }

  /**
   * So many steps are done.
   *
   * @param message what there is to say of the last one, or empty
   */
  abstract void stepTo(long done, String message);

  /** Ends what is shown. */
  @Override
  public abstract void close();

  private static final class Bar extends Progress {
    private final ProgressBar bar;

    Bar(String task, long steps, String unit, long start) {
      bar =
          bar(task, steps, 0)
              .startsFrom(0, Duration.ofNanos(System.nanoTime() - start))
              .setUnit(" " + unit, 1)
              .build();
    }

    @Override
    void stepTo(long done, String message) {
      bar.stepTo(done);
      bar.setExtraMessage(message.isEmpty() ? "" : " " + message);
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  private static final class Lines extends Progress {
    private final PrintWriter terminal;
    private final String task;
    private final long steps;
    private final long start;
    private long told;

    Lines(PrintWriter terminal, String task, long steps, long start) {
      this.terminal = terminal;
      this.task = task;
      this.steps = steps;
      this.start = start;
    }

    @Override
    void stepTo(long done, String message) {
      long tenths = done * LINES / Math.max(1, steps);
      if (tenths > told) {
        told = tenths;
        double secondsEach = (System.nanoTime() - start) / 1e9 / done;
        terminal.printf(
            Locale.ROOT,
            "%s: %d %%%s, %s%n",
            task,
            100 * done / steps,
            message.isEmpty() ? "" : ", " + message,
            left(secondsEach * (steps - done)));
        terminal.flush();
      }
    }

    @Override
    public void close() {
      terminal.flush();
    }
  }
}
