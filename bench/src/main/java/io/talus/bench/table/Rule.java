package io.talus.bench.table;

/** How a line is judged. */
enum Rule {
  /** The reference's time divided by Talus's, paired by round: at least the target. */
  SPEED_AT_LEAST,
  /** Talus's time divided by the reference's, paired by round: at most the target. */
  TIME_AT_MOST,
  /** Talus's own measurement: at most the target. */
  ITSELF_AT_MOST;

  boolean isMet(double value, double target) {
    return this == SPEED_AT_LEAST ? value >= target : value <= target;
  }

  String sign() {
    return this == SPEED_AT_LEAST ? "≥" : "≤";
  }
}
