package io.talus.bench.work;

import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/** Operands: random, with both signs, and the same in every run. */
public final class Numbers {
  private static final int CHUNK = 1 << 20;

  private Numbers() {}

  /** Fills a tensor with numbers in [low, high). */
  public static Tensor uniform(Tensor tensor, double low, double high, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor flat = tensor.reshape(tensor.size());
    float[] chunk = new float[(int) Math.min(CHUNK, tensor.size())];
    for (long start = 0; start < tensor.size(); start += CHUNK) {
      int count = (int) Math.min(CHUNK, tensor.size() - start);
      for (int i = 0; i < count; i++) {
        chunk[i] = (float) (low + (high - low) * random.nextDouble());
      }
      flat.rows(start, start + count).copyFrom(FloatBuffer.wrap(chunk, 0, count));
    }
    return tensor;
  }

  /** Fills a tensor with numbers in [-1, 1). */
  public static Tensor signed(Tensor tensor, long seed) {
    return uniform(tensor, -1, 1, seed);
  }

  /** Fills labels with classes at random. */
  public static IntTensor classes(IntTensor labels, long seed) {
    return labels.copyFrom(
        new SplittableRandom(seed).ints(labels.size(), 0, labels.bound()).toArray());
  }
}
