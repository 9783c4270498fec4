package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/** Comparisons that NaN cannot pass by chance: each asks that a bound holds, not that it breaks. */
final class Accuracy {
  /** Half a unit in the last place of 1: the largest relative error of one rounding. */
  static final double EPS = 0x1p-24;

  /** What is lost where a result, or what it is made of, is too small for a normal float. */
  private static final double UNDERFLOW = 2 * Float.MIN_VALUE;

  private Accuracy() {}

  /** Each |actual - expected| is at most its tolerance; NaN and infinities are met exactly. */
  static void assertWithin(String what, double[] expected, double[] tolerance, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < actual.length; i++) {
      if (!isWithin(expected[i], tolerance[i], actual[i])) {
        fail(
            String.format(
                "%s: element %d of %d is %s, expected %s within %s; it is off by %s times that",
                what,
                i,
                actual.length,
                actual[i],
                expected[i],
                tolerance[i],
                Math.abs(actual[i] - expected[i]) / tolerance[i]));
      }
    }
  }

  static void assertWithin(String what, double expected, double tolerance, float actual) {
    assertWithin(what, new double[] {expected}, new double[] {tolerance}, new float[] {actual});
  }

  static boolean isWithin(double expected, double tolerance, float actual) {
    if (Double.isNaN(expected)) {
      return Float.isNaN(actual);
    }
    double largest = Math.abs(expected) + tolerance;
    if (Float.isInfinite(actual) || Double.isInfinite(expected)) {
      // What overflows may do so within the tolerance.
      return Math.signum(actual) == Math.signum(expected) && largest >= Float.MAX_VALUE;
    }
    return Math.abs(actual - expected) <= tolerance + UNDERFLOW;
  }

  /** Equal numbers, or NaN both; 0 and -0 are equal. */
  static void assertExact(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < actual.length; i++) {
      boolean same =
          expected[i] == actual[i] || (Float.isNaN(expected[i]) && Float.isNaN(actual[i]));
      if (!same) {
        fail(what + ": element " + i + " is " + actual[i] + ", expected " + expected[i]);
      }
    }
  }

  static void assertSameBits(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < actual.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        fail(
            what + ": element " + i + " is " + actual[i] + ", expected the bits of " + expected[i]);
      }
    }
  }
}
