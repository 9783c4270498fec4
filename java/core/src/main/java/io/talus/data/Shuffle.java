package io.talus.data;

import io.talus.op.Philox;

/**
 * Permutations that depend on their seed alone: the same on every machine, device and version.
 *
 * <p>Fisher and Yates's shuffle from the last place down; the number for place {@code i} is words
 * {@code 2(i mod 2)} (low half) and {@code 2(i mod 2) + 1} (high half) of the Philox4x32-10 block
 * with counter {@code (i / 2, stream, 0xDA7A)} and the seed as key, scaled to {@code 0 .. i} by a
 * multiplication (a bias below 2^-31).
 */
public final class Shuffle {
  private static final int PURPOSE = 0xDA7A;

  private Shuffle() {}

  /** The numbers {@code 0 .. count - 1} in a drawn order. */
  public static int[] permutation(int count, long seed, int stream) {
    int[] order = new int[count];
    shuffle(order, seed, stream);
    return order;
  }

  /**
   * Fills {@code order} with {@link #permutation} of its length.
   *
   * @param stream tells apart shuffles of one seed, such as those of the epochs
   */
  public static void shuffle(int[] order, long seed, int stream) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    int[] block = new int[4];
    for (int i = order.length - 1; i > 0; i--) {
      Philox.block(seed, stream, PURPOSE, i / 2, block);
      int at = 2 * (i & 1);
      long draw = (long) block[at + 1] << 32 | Integer.toUnsignedLong(block[at]);
      // The upper half of a 63-bit draw times twice the bound: in 0 .. i.
      int chosen = (int) Math.multiplyHigh(draw >>> 1, 2L * (i + 1));
      int kept = order[i];
      order[i] = order[chosen];
      order[chosen] = kept;
    }
  }
}
