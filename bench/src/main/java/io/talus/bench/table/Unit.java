package io.talus.bench.table;

import java.util.Locale;

/** How a line shows a measurement. */
public enum Unit {
  GFLOPS("GFLOP/s"),
  SAMPLES_PER_SECOND("samples/s"),
  GIGABYTES_PER_SECOND("GB/s"),
  SECONDS("s"),
  MILLISECONDS("ms"),
  MICROSECONDS("µs"),
  MEGABYTES("MB"),
  BYTES("bytes");

  private final String symbol;

  Unit(String symbol) {
    this.symbol = symbol;
  }

  /** Whether it is about speed, not about memory. */
  boolean isOfTime() {
    return this != MEGABYTES && this != BYTES;
  }

  /**
   * @param measured seconds, or bytes for amounts
   * @param amount flops, bytes or samples of one run, for rates
   */
  public String show(double measured, double amount) {
    return switch (this) {
          case GFLOPS, GIGABYTES_PER_SECOND -> number(amount / measured * 1e-9);
          case SAMPLES_PER_SECOND -> number(amount / measured);
          case SECONDS -> number(measured);
          case MILLISECONDS -> number(measured * 1e3);
          case MICROSECONDS -> number(measured * 1e6);
          case MEGABYTES -> number(measured * 1e-6);
          case BYTES -> number(measured);
        }
        + " "
        + symbol;
  }

  public static String number(double value) {
    double size = Math.abs(value);
    return String.format(
        Locale.ROOT, size >= 100 || size == 0 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
