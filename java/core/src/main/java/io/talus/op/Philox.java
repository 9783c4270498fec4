package io.talus.op;

/**
 * Philox4x32-10: four random words for each counter and key, without state. What {@link
 * RandomUniform}, {@link RandomNormal} and {@link Dropout} draw from, and every shuffle and
 * synthetic data set.
 *
 * <p>Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int KEY_STEP_0 = 0x9E3779B9;
  private static final int KEY_STEP_1 = 0xBB67AE85;
  private static final long WORD = 0xFFFFFFFFL;

  private Philox() {}

  /**
   * Fills the four {@code words} of one block. The key is the seed; the counter is the block's
   * number (low and high half), the stream and the step.
   */
  public static void block(long seed, int stream, int step, long block, int[] words) {
    int x0 = (int) block;
    int x1 = (int) (block >>> 32);
    int x2 = stream;
    int x3 = step;
    int key0 = (int) seed;
    int key1 = (int) (seed >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (x0 & WORD);
      long product1 = MULTIPLIER_1 * (x2 & WORD);
      x0 = (int) (product1 >>> 32) ^ x1 ^ key0;
      x2 = (int) (product0 >>> 32) ^ x3 ^ key1;
      x1 = (int) product1;
      x3 = (int) product0;
      key0 += KEY_STEP_0;
      key1 += KEY_STEP_1;
    }
    words[0] = x0;
    words[1] = x1;
    words[2] = x2;
    words[3] = x3;
  }
}
