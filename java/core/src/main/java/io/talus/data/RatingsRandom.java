package io.talus.data;

import io.talus.op.Philox;

/**
 * Random numbers one after another, from the words of Philox4x32-10 in order: the same for the same
 * seed on every machine. Not for several threads.
 */
public final class RatingsRandom {
  private static final int PURPOSE = 0x5A7E;
  private static final double UNIT = 0x1p-53;

  private final long seed;
  private final int[] block = new int[4];
  private long blocks;
  private int used = block.length;

  public RatingsRandom(long seed) {
    this.seed = seed;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double uniform() {
    return (bits() >>> 11) * UNIT;
  }

  /** Uniform in 0 .. bound - 1, with a bias below 2^-31. */
  public int below(int bound) {
    return (int) Math.multiplyHigh(bits() >>> 1, 2L * bound);
  }

  /** Normal with mean 0 and deviation 1: Box and Muller's, of two uniform numbers. */
  public double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  private long bits() {
    if (used == block.length) {
      Philox.block(seed, 0, PURPOSE, blocks++, block);
      used = 0;
    }
    long low = Integer.toUnsignedLong(block[used++]);
    return (long) block[used++] << 32 | low;
  }
}
