package io.talus.train;

import io.talus.op.Philox;

/**
 * Mixes each example that is learned from with another of its batch, features and loss alike, so
 * that a network learns to be less sure between classes:
 *
 * <pre>
 * x = share x[i] + (1 - share) x[j]     loss = share loss(label[i]) + (1 - share) loss(label[j])
 * </pre>
 *
 * <p>with a share for each step, drawn from the beta distribution of (strength, strength). j is
 * half a batch further on than i, or back; the batch is shuffled, so that this is anyone. The last
 * of an odd batch is mixed with itself. What is held out stays as it is. Comes after {@link
 * Augmentation}.
 *
 * <p>Shares depend on the seed and the number of the step alone, and are the same for every device.
 *
 * <p><b>Source.</b> Zhang, Cissé, Dauphin and Lopez-Paz, "mixup: beyond empirical risk
 * minimization", 2018, who draw one share for a batch too; the draw: Jöhnk, 1964.
 *
 * @param strength 0.05 to 1: 0.2 for large data, to begin with, 1 for shares that are all equally
 *     likely
 * @param seed of the draws
 */
public record Mixup(float strength, long seed) {
  private static final float LEAST_STRENGTH = 0.05f;

  /** Apart from the streams of parameters, dropout and augmentation, if the seed is the same. */
  private static final int STREAM = -2;

  private static final double WORDS = 0x1p32;

  public Mixup {
    if (!(strength >= LEAST_STRENGTH && strength <= 1)) {
      throw new IllegalArgumentException(
          "mixup: the strength is " + strength + "; expected " + LEAST_STRENGTH + " to 1");
    }
  }

  /**
   * The share of a step, in [0, 1].
   *
   * @param words room for four
   */
  float share(int step, int[] words) {
    for (int attempt = 0; ; attempt++) {
      Philox.block(seed, STREAM, step, attempt, words);
      double one = StrictMath.pow(between0And1(words[0]), 1.0 / strength);
      double other = StrictMath.pow(between0And1(words[1]), 1.0 / strength);
      if (one + other <= 1) {
        return (float) (one / (one + other));
      }
    }
  }

  private static double between0And1(int word) {
    return (Integer.toUnsignedLong(word) + 0.5) / WORDS;
  }
}
