package io.talus.recommend;

/**
 * An index and its similarity in one number: the smaller number is the better neighbour, the more
 * similar one or else the one with the smaller index.
 */
final class Ranked {
  private Ranked() {}

  static long of(int index, float similarity) {
    return (long) ~ascending(Float.floatToRawIntBits(similarity)) << 32 | index;
  }

  static int index(long ranked) {
    return (int) ranked;
  }

  static float similarity(long ranked) {
    return Float.intBitsToFloat(ascending(~(int) (ranked >> 32)));
  }

  /** Bits of floats as numbers in the order of the floats, and back. */
  private static int ascending(int bits) {
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }
}
