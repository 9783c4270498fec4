package io.talus.bench.peers;

/** What one process measures. */
interface Measured {
  /** Numbers that all contenders of a line must agree on; empty for a limit. */
  double[] evidence();

  /** Seconds of one run. */
  double seconds();
}
