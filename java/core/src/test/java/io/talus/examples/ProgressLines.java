package io.talus.examples;

import io.talus.train.EpochResult;
import io.talus.train.TrainingListener;
import java.time.Duration;
import java.util.Locale;

/** A line for each epoch, with the time since it was made: by the clock, and of the processors. */
final class ProgressLines implements TrainingListener {
  private final long start = System.nanoTime();
  private final Duration startOfProcessors = processors();

  private static Duration processors() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void epochDone(EpochResult result) {
    System.out.println(result + "; " + time());
  }

  String time() {
    return String.format(
        Locale.ROOT,
        "%d s, %d s of processors",
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        processors().minus(startOfProcessors).toSeconds());
  }
}
