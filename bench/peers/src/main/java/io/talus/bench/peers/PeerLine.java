package io.talus.bench.peers;

import io.talus.bench.table.Unit;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured in one go.
 *
 * @param title for the report
 * @param what for {@link PeerProcess}
 * @param talus judged against each of the goals
 * @param unit of the report; a rate counts {@code amount} for each run
 * @param tolerance within which evidence agrees
 */
record PeerLine(
    String title,
    String what,
    Contender talus,
    List<Goal> goals,
    Unit unit,
    double amount,
    double tolerance) {

  /** The time of the fastest of the references over Talus's must be at least the ratio. */
  record Goal(double ratio, List<Contender> references) {
    Goal(double ratio, Contender... references) {
      this(ratio, List.of(references));
    }
  }

  /** Everybody, Talus first. */
  List<Contender> contenders() {
    return Stream.concat(
            Stream.of(talus), goals.stream().flatMap(goal -> goal.references().stream()))
        .toList();
  }
}
