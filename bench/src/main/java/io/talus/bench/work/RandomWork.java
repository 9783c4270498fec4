package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.tensor.Tensor;

/** Random numbers and dropout. */
public final class RandomWork {
  private static final int SAMPLES = 1000;
  private static final long SEED = 0x1234_5678_9ABCL;
  private static final int STREAM = 7;
  private static final float RATE = 0.25f;
  private static final int DEVIATIONS = 6;

  private RandomWork() {}

  /** Each word against this package's own Philox. */
  public static Work uniform(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    RandomUniform op =
        new RandomUniform(SEED, STREAM, null, 0f, 1f, workspace.tensor(shape.sizes()));
    Tensor y = Answer.flat(op.y());
    return new Work(
        workspace,
        op,
        () -> device.randomUniform(op),
        () -> {
          for (long i : Answer.samples(SAMPLES, y.size())) {
            Answer.near(uniform(i), y.get(i), Answer.EPSILON, "y", i);
          }
        });
  }

  /** By its first four moments, each within six standard deviations of its estimate. */
  public static Work normal(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    RandomNormal op = new RandomNormal(SEED, STREAM, null, 0f, 1f, workspace.tensor(shape.sizes()));
    return new Work(workspace, op, () -> device.randomNormal(op), () -> checkMoments(op.y()));
  }

  private static void checkMoments(Tensor y) {
    double[] values = Answer.doubles(y);
    double[] moments = new double[5];
    for (double value : values) {
      double power = 1;
      for (int i = 1; i < moments.length; i++) {
        power *= value;
        moments[i] += power;
      }
    }
    double unit = DEVIATIONS / Math.sqrt(values.length);
    // The variance of the i-th power of a standard normal variable: 1, 2, 15, 96.
    Answer.near(0, moments[1] / values.length, unit, "mean");
    Answer.near(1, moments[2] / values.length, unit * Math.sqrt(2), "variance");
    Answer.near(0, moments[3] / values.length, unit * Math.sqrt(15), "third moment");
    Answer.near(3, moments[4] / values.length, unit * Math.sqrt(96), "fourth moment");
  }

  public static Work dropout(Device device, NamedShape shape) {
    Workspace workspace = device.workspace();
    Tensor in = Numbers.signed(workspace.tensor(shape.sizes()), 1);
    Dropout op = new Dropout(SEED, STREAM, null, RATE, in, workspace.tensor(shape.sizes()));
    Tensor x = Answer.flat(op.x());
    Tensor y = Answer.flat(op.y());
    return new Work(
        workspace,
        op,
        () -> device.dropout(op),
        () -> {
          for (long i : Answer.samples(SAMPLES, y.size())) {
            double expected = uniform(i) >= RATE ? x.get(i) / (1 - RATE) : 0;
            Answer.near(expected, y.get(i), 4 * Answer.EPSILON * Math.abs(expected), "y", i);
          }
        });
  }

  /** Number {@code i} of the sequence: the upper 24 bits of its word. */
  private static double uniform(long i) {
    return (philox(i / 4)[(int) (i % 4)] >>> 8) * 0x1p-24;
  }

  /** Philox4x32-10 (Salmon et al., 2011) of the counter (index, STREAM, 0). */
  private static int[] philox(long index) {
    int[] counter = {(int) index, (int) (index >>> 32), STREAM, 0};
    int keyLow = (int) SEED;
    int keyHigh = (int) (SEED >>> 32);
    for (int round = 0; round < 10; round++) {
      long even = Integer.toUnsignedLong(counter[0]) * 0xD2511F53L;
      long odd = Integer.toUnsignedLong(counter[2]) * 0xCD9E8D57L;
      counter =
          new int[] {
            (int) (odd >>> 32) ^ counter[1] ^ keyLow,
            (int) odd,
            (int) (even >>> 32) ^ counter[3] ^ keyHigh,
            (int) even
          };
      keyLow += 0x9E3779B9;
      keyHigh += 0xBB67AE85;
    }
    return counter;
  }
}
