package io.talus.bench.peers;

import io.talus.bench.table.OtherLoad;
import io.talus.bench.table.Stopwatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The measurements of one line: all contenders in turn, in an order that rotates from round to
 * round, each in a process of its own.
 */
final class Rounds {
  /** Until a pool that spins after its last work has gone to sleep. */
  private static final long REST_MILLIS = 200;

  private final Map<Contender, double[]> seconds = new LinkedHashMap<>();
  private final double otherLoad;

  /**
   * @throws IllegalStateException when a contender's evidence is not that of Talus
   */
  Rounds(PeerLine line, int rounds) throws IOException, InterruptedException {
    List<Seat> seats = new ArrayList<>();
    try {
      for (Contender contender : line.contenders()) {
        seats.add(new Seat(contender, line.what()));
        seconds.put(contender, new double[rounds]);
      }
      seats.forEach(seat -> compare(seats.get(0), seat, line.tolerance()));
      OtherLoad load = new OtherLoad(() -> seats.stream().mapToLong(Seat::nanos).sum());
      for (int round = 0; round < rounds; round++) {
        for (int turn = 0; turn < seats.size(); turn++) {
          Seat seat = seats.get((turn + round) % seats.size());
          TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
          seconds.get(seat.contender())[round] = seat.seconds();
        }
      }
      otherLoad = load.share();
    } finally {
      seats.forEach(Seat::close);
    }
  }

  private static void compare(Seat talus, Seat other, double tolerance) {
    double[] ours = talus.evidence();
    double[] theirs = other.evidence();
    if (theirs.length != 0 && theirs.length != ours.length) {
      throw new IllegalStateException(
          other.contender().title() + " has " + theirs.length + " numbers, not " + ours.length);
    }
    for (int i = 0; i < theirs.length; i++) {
      if (!(Math.abs(ours[i] - theirs[i]) <= tolerance)) {
        throw new IllegalStateException(
            String.format(
                "number %d is %s for Talus and %s for %s; nothing is timed",
                i, ours[i], theirs[i], other.contender().title()));
      }
    }
  }

  double median(Contender contender) {
    return Stopwatch.median(seconds.get(contender));
  }

  double quantile(Contender contender, double share) {
    return Stopwatch.quantile(seconds.get(contender), share);
  }

  /** The median over the rounds of one's time divided by another's. */
  double ratio(Contender over, Contender under) {
    double[] ratios = new double[seconds.get(over).length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = seconds.get(over)[round] / seconds.get(under)[round];
    }
    return Stopwatch.median(ratios);
  }

  /** The share of the processors that others had. */
  double otherLoad() {
    return otherLoad;
  }
}
