package io.talus.backend.cuda;

/** Division that rounds up, of numbers that are not negative. */
final class Ceil {
  private Ceil() {}

  /** How many times {@code part} it takes to reach {@code whole}. */
  static long div(long whole, long part) {
    return (whole + part - 1) / part;
  }

  /** The least multiple of {@code part} that is not below {@code whole}. */
  static long multiple(long whole, long part) {
    return div(whole, part) * part;
  }
}
