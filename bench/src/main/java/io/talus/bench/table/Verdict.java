package io.talus.bench.table;

/**
 * A line as judged.
 *
 * @param reference whom Talus was judged against, or null where by itself
 * @param value the ratio, or the measurement where by itself
 * @param isDisturbed whether other processes had so much of the machine that it says nothing
 */
record Verdict(
    Line line,
    Samples samples,
    String reference,
    double value,
    boolean isDisturbed,
    boolean isMet) {

  /** Null when the line could not be measured. */
  static Verdict of(Line line, Samples samples) {
    if (samples.reason() != null) {
      return null;
    }
    String reference = samples.fastest(line.references());
    double value =
        switch (line.rule()) {
          case SPEED_AT_LEAST -> samples.ratio(reference, Contest.TALUS);
          case TIME_AT_MOST -> samples.ratio(Contest.TALUS, reference);
          case ITSELF_AT_MOST -> samples.median(Contest.TALUS).orElseThrow();
        };
    double load = samples.median(Contest.OTHER_LOAD).orElse(Double.NaN);
    boolean reached = line.rule().isMet(value, line.target());
    // Bytes do not depend on who else is running; and who is fast enough all the same, is.
    boolean matters = line.unit().isOfTime() && !(reached && line.rule() == Rule.ITSELF_AT_MOST);
    boolean disturbed = load > OtherLoad.MOST && matters;
    boolean met = !disturbed && reached;
    return new Verdict(line, samples, reference, value, disturbed, met);
  }
}
