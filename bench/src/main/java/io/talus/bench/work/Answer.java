package io.talus.bench.work;

import io.talus.tensor.Tensor;
import java.util.SplittableRandom;

/** Compares outputs with what they should be. */
public final class Answer {
  /** The distance from 1 to the next smaller float32, halved: one rounding. */
  static final double EPSILON = 0x1p-24;

  private static final long SAMPLE_SEED = 0x5EED;

  private Answer() {}

  /**
   * @throws WrongAnswerException unless the two are within {@code tolerance}; so for NaN
   */
  public static void near(
      double expected, double actual, double tolerance, String what, long... at) {
    if (!(Math.abs(expected - actual) <= tolerance)) {
      StringBuilder place = new StringBuilder();
      for (long index : at) {
        place.append(place.length() == 0 ? "[" : ", ").append(index);
      }
      throw new WrongAnswerException(
          String.format(
              "%s%s is %s, should be %s within %s; nothing is timed",
              what, place.length() == 0 ? "" : place.append(']'), actual, expected, tolerance));
    }
  }

  /** Places to look at: the first, the last, and others at random but always the same. */
  static long[] samples(int count, long size) {
    if (size == 0) {
      return new long[0];
    }
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    long[] samples = random.longs(Math.min(count, size), 0, size).toArray();
    samples[0] = 0;
    samples[samples.length - 1] = size - 1;
    return samples;
  }

  /** One row as doubles. */
  static double[] row(Tensor matrix, long row) {
    return doubles(matrix.reshape(matrix.rows(), matrix.columns()).rows(row, row + 1));
  }

  static double[] doubles(Tensor tensor) {
    float[] values = tensor.toArray();
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** The elements in one line. */
  static Tensor flat(Tensor tensor) {
    return tensor.reshape(tensor.size());
  }
}
