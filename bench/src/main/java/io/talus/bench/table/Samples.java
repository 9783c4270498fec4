package io.talus.bench.table;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** What the processes reported for one line: each contender's measurements, round after round. */
final class Samples {
  private final Map<String, double[]> measured = new LinkedHashMap<>();
  private String reason;

  /** Takes in one contender's rounds, or the reason why there are none. */
  void add(String contender, String[] values) {
    if (contender.equals(Measuring.UNAVAILABLE)) {
      reason = values[0];
      return;
    }
    double[] rounds = Arrays.stream(values).mapToDouble(Double::parseDouble).toArray();
    measured.merge(
        contender,
        rounds,
        (before, more) ->
            DoubleStream.concat(Arrays.stream(before), Arrays.stream(more)).toArray());
  }

  /** Why the line could not be measured, or null. */
  String reason() {
    return measured.isEmpty() ? reason == null ? "not measured" : reason : null;
  }

  Map<String, double[]> all() {
    return measured;
  }

  OptionalDouble median(String contender) {
    double[] rounds = measured.get(contender);
    return rounds == null ? OptionalDouble.empty() : OptionalDouble.of(Stopwatch.median(rounds));
  }

  /** Of those that took part, the one with the smallest median; null when none did. */
  String fastest(Iterable<String> contenders) {
    String best = null;
    for (String contender : contenders) {
      if (measured.containsKey(contender)
          && (best == null || median(contender).getAsDouble() < median(best).getAsDouble())) {
        best = contender;
      }
    }
    return best;
  }

  /** The median over the rounds of one contender's measurement divided by another's. */
  double ratio(String dividend, String divisor) {
    double[] over = measured.get(dividend);
    double[] under = measured.get(divisor);
    double[] ratios = new double[Math.min(over.length, under.length)];
    Arrays.setAll(ratios, round -> over[round] / under[round]);
    return Stopwatch.median(ratios);
  }
}
