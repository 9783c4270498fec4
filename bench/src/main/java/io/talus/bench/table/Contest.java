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

  /** What each contender measured, round by round. */
  Map<String, double[]> run(int rounds) {
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
