package io.talus.bench.table;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders for one line of the table, all verified, measured in interleaved rounds: in each round
 * every one once, in an order that rotates from round to round.
 */
final class Contest implements AutoCloseable {
  /** The contender that is judged. */
  static final String TALUS = "talus";

  static final String FMA_LIMIT = "fma limit";
  static final String COPY_LIMIT = "copy limit";

  /** Not a contender: the share of the processors that other processes had. */
  static final String OTHER_LOAD = "other load";

  private static final int ATTEMPTS = 3;

  private final Map<String, Gauge> gauges = new LinkedHashMap<>();
  private final Deque<Runnable> closers = new ArrayDeque<>();

  /** A contender that is timed. It is warmed up first. */
  Contest timed(String name, Runnable work) {
    Stopwatch.warmUp(work);
    return gauge(name, () -> Stopwatch.seconds(work));
  }

  /** A contender whose number comes from elsewhere. */
  Contest gauge(String name, Gauge gauge) {
    gauges.put(name, gauge);
    return this;
  }

  /** What to do, last first, when the contest is closed. */
  Contest onClose(Runnable closer) {
    closers.push(closer);
    return this;
  }

  /**
   * What each contender measured, round by round, and {@link #OTHER_LOAD}: the first attempt that
   * was not disturbed, or the least disturbed of a few.
   */
  Map<String, double[]> run(int rounds) {
    Map<String, double[]> calmest = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      OtherLoad load = new OtherLoad();
      Map<String, double[]> measured = measure(rounds);
      double share = load.share();
      measured.put(OTHER_LOAD, new double[] {share});
      if (calmest == null || share < calmest.get(OTHER_LOAD)[0]) {
        calmest = measured;
      }
      // A single round is of something that only the first time shows, such as the memory it takes.
      if (!(share > OtherLoad.MOST) || rounds == 1) {
        break;
      }
    }
    return calmest;
  }

  private Map<String, double[]> measure(int rounds) {
    List<String> names = new ArrayList<>(gauges.keySet());
    Map<String, double[]> measured = new LinkedHashMap<>();
    names.forEach(name -> measured.put(name, new double[rounds]));
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < names.size(); turn++) {
        String name = names.get((turn + round) % names.size());
        Quiet.await();
        measured.get(name)[round] = gauges.get(name).measure();
      }
    }
    return measured;
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }
}
