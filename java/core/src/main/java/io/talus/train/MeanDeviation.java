package io.talus.train;

import java.util.Locale;

/**
 * The mean of a few results and how they differ.
 *
 * @param deviation the sample deviation, {@code sqrt(sum (x - mean)^2 / (n - 1))}; NaN of one
 */
public record MeanDeviation(double mean, double deviation) {

  /** NaN of none. */
  static MeanDeviation of(double... values) {
    if (values.length == 0) {
      return new MeanDeviation(Double.NaN, Double.NaN);
    }
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new MeanDeviation(mean, Math.sqrt(squares / (values.length - 1)));
  }

  /** As in {@code 0.9722 +- 0.0110}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4f +- %.4f", mean, deviation);
  }
}
