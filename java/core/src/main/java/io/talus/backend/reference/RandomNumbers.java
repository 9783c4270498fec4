package io.talus.backend.reference;

import io.talus.op.Philox;

/**
 * Random numbers without state, the same bits on every backend, from the words of {@link Philox}.
 *
 * <p>Element {@code i} of a stream takes word {@code i mod 4} of block {@code i / 4}. The key is
 * the seed; the counter is the block number, the stream and the step. Whatever is made of the words
 * below uses single IEEE float operations in a written order, and never a fused multiply-add: a
 * rounding more or less would be another number.
 */
final class RandomNumbers {
  private static final float UNIT = 0x1p-24f;

  /** ln(1 + f) = f - f^2/2 + f^3 (L[0] + L[1] f + ...). */
  private static final float[] LOG = {
    0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a008p-3f, -0x1.547244p-3f,
    0x1.22da1cp-3f, -0x1.0d8542p-3f, 0x1.055b6cp-3f, -0x1.38b582p-4f
  };

  private RandomNumbers() {}

  /** The word that belongs to an element. */
  static int word(long seed, int stream, int step, long element) {
    return block(seed, stream, step, element >>> 2)[(int) (element & 3)];
  }

  /** The four words of a block. */
  static int[] block(long seed, int stream, int step, long block) {
    int[] words = new int[4];
    Philox.block(seed, stream, step, block, words);
    return words;
  }

  /**
   * The top 24 bits of the element's word as a number from 0 (inclusive) to 1 (exclusive), exact.
   */
  static float unit(long seed, int stream, int step, long element) {
    return (word(seed, stream, step, element) >>> 8) * UNIT;
  }

  /** Uniform from {@code low} (inclusive) to {@code high} (exclusive). */
  static float uniform(long seed, int stream, int step, long element, float low, float high) {
    float value = low + (high - low) * unit(seed, stream, step, element);
    return Math.min(value, Math.nextDown(high));
  }

  /** Normal, by Box and Muller from the words (0, 1) and (2, 3) of a block. */
  static float normal(long seed, int stream, int step, long element, float mean, float deviation) {
    int[] words = block(seed, stream, step, element >>> 2);
    int pair = (int) (element & 2);
    float u = ((words[pair] >>> 8) + 1) * UNIT;
    float radius = (float) Math.sqrt(log(u) * -2.0f);
    int turn = words[pair + 1] >>> 8;
    float standard = radius * ((element & 1) == 0 ? cosine(turn) : sine(turn));
    return mean + deviation * standard;
  }

  /** Whether dropout keeps the element. */
  static boolean kept(long seed, int stream, int step, long element, float rate) {
    return unit(seed, stream, step, element) >= rate;
  }

  /** {@code x} scaled by 1 / (1 - rate) where it is kept, else 0, whatever x is. */
  static float dropout(long seed, int stream, int step, long element, float rate, float x) {
    float scale = 1.0f / (1.0f - rate);
    return kept(seed, stream, step, element, rate) ? x * scale : 0.0f;
  }

  /** ln u for u from 2^-24 to 1, relative error 1e-7. */
  static float log(float u) {
    // u = m 2^e with sqrt(1/2) <= m < sqrt(2); f = m - 1 is exact.
    int bits = Float.floatToRawIntBits(u);
    int exponent = (bits - 0x3f3504f3) >> 23;
    float f = Float.intBitsToFloat(bits - (exponent << 23)) - 1.0f;
    float e = exponent;
    float square = f * f;
    float p = LOG[7];
    for (int i = 6; i >= 0; i--) {
      p = p * f + LOG[i];
    }
    float tail = (square * f) * p + e * 0x1.7f7d1cp-20f;
    tail = tail - square * 0.5f;
    return e * 0x1.62e4p-1f + (f + tail);
  }

  /** cos(2 pi turn / 2^24), absolute error 1e-7. */
  static float cosine(int turn) {
    int quarter = nearestQuarter(turn);
    float x = angleFrom(quarter, turn);
    float size = (quarter & 1) != 0 ? sineNearZero(x) : cosineNearZero(x);
    return ((quarter + 1) & 2) != 0 ? -size : size;
  }

  /** sin(2 pi turn / 2^24), absolute error 1e-7. */
  static float sine(int turn) {
    int quarter = nearestQuarter(turn);
    float x = angleFrom(quarter, turn);
    float size = (quarter & 1) != 0 ? cosineNearZero(x) : sineNearZero(x);
    return (quarter & 2) != 0 ? -size : size;
  }

  private static int nearestQuarter(int turn) {
    return (turn + (1 << 21)) >> 22;
  }

  /** The angle, at most pi/4, that remains beyond the quarter. The difference is exact. */
  private static float angleFrom(int quarter, int turn) {
    return (turn - (quarter << 22)) * 0x1.921fb6p-22f;
  }

  private static float sineNearZero(float x) {
    float s = x * x;
    return x + x * (s * ((s * -0x1.994388p-13f + 0x1.11073ap-7f) * s + -0x1.555546p-3f));
  }

  private static float cosineNearZero(float x) {
    float s = x * x;
    float high = (s * 0x1.99eb4ap-16f + -0x1.6c0c32p-10f) * s + 0x1.55554ap-5f;
    return (1.0f - s * 0.5f) + (s * s) * high;
  }
}
