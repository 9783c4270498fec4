package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * {@link RandomUniform}, {@link RandomNormal} and {@link Dropout}. That the bits are Philox's is
 * checked on the reference; here, that every backend has the same.
 */
class RandomTest {
  /** Around blocks of 4, the vectors drawn together, and the ranges that threads share. */
  private static final int[] SIZES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 127, 129, 4095, 4097, 8191, 8192,
    8193, 12_289, 70_001
  };

  private static final int MANY = 1 << 20;
  // Bounds of statistics are this many standard deviations wide: as good as never passed by chance,
  // and never by the same seed twice.
  private static final double DEVIATIONS = 5;

  private record Draw(long seed, int stream, Integer step) {}

  private static final Draw[] DRAWS = {
    new Draw(0, 0, null), new Draw(-1, -1, -1), new Draw(0x123456789abcdefL, 7, 1_000_000)
  };

  private static IntTensor step(Workspace w, Draw draw) {
    return draw.step == null ? null : w.ints(new int[] {draw.step}, 1);
  }

  private static float[] uniform(Device device, Draw d, float low, float high, int size) {
    try (Workspace w = device.workspace()) {
      Tensor y = w.tensor(size);
      device.randomUniform(new RandomUniform(d.seed, d.stream, step(w, d), low, high, y));
      return y.toArray();
    }
  }

  private static float[] normal(Device device, Draw d, float mean, float deviation, int size) {
    try (Workspace w = device.workspace()) {
      Tensor y = w.tensor(size);
      device.randomNormal(new RandomNormal(d.seed, d.stream, step(w, d), mean, deviation, y));
      return y.toArray();
    }
  }

  private static float[] dropout(Device device, Draw d, float rate, float[] x) {
    try (Workspace w = device.workspace()) {
      Tensor y = w.tensor(x.length);
      Tensor input = w.tensor(x, x.length);
      device.dropout(new Dropout(d.seed, d.stream, step(w, d), rate, input, y));
      return y.toArray();
    }
  }

  @EachBackend
  void sameBitsOnEveryBackend(Subject on) {
    Device reference = Devices.require("java");
    for (int size : SIZES) {
      for (Draw d : DRAWS) {
        String what = size + " of " + d;
        Tensor y = on.out(size);
        IntTensor step = step(on.workspace(), d);
        on.device().randomUniform(new RandomUniform(d.seed, d.stream, step, -3, 0.1f, y));
        Accuracy.assertSameBits(what, uniform(reference, d, -3, 0.1f, size), y.toArray());
        on.device().randomNormal(new RandomNormal(d.seed, d.stream, step, 0.3f, 2, y));
        Accuracy.assertSameBits(what, normal(reference, d, 0.3f, 2, size), y.toArray());
        float[] x = on.signed(size);
        float[] expected = dropout(reference, d, 0.4f, x);
        on.device().dropout(new Dropout(d.seed, d.stream, step, 0.4f, on.in(x, size), y));
        Accuracy.assertSameBits(what, expected, y.toArray());
        Tensor inPlace = on.inOut(x, size);
        on.device().dropout(new Dropout(d.seed, d.stream, step, 0.4f, inPlace, inPlace));
        Accuracy.assertSameBits(what + " in place", expected, inPlace.toArray());
        on.nextCase();
      }
    }
  }

  /** From 32 MiB on, results go past the caches. */
  @EachBackend
  void sameBitsPastTheCaches(Subject on) {
    int size = on.fewOr(1 << 17, 8 << 20) + 37;
    double sum = 0;
    for (float value : uniform(on.device(), DRAWS[0], 0, 1, size)) {
      sum += value;
    }
    // Sums of multiples of 2^-24 below 2^24 are exact in double, in any order.
    assertEquals(sumPastTheCaches(size), sum);
  }

  private static double sumPastTheCaches(int size) {
    double sum = 0;
    for (float value : uniform(Devices.require("java"), DRAWS[0], 0, 1, size)) {
      sum += value;
    }
    return sum;
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Determinism.check(on, "normal", () -> normal(on.device(), DRAWS[2], 0, 1, 100_003));
    Determinism.check(on, "uniform", () -> uniform(on.device(), DRAWS[2], 0, 1, 100_003));
  }

  @Test
  void seedStreamAndStepEachGiveOtherNumbers() {
    Device device = Devices.require("java");
    float[] base = uniform(device, new Draw(1, 2, 3), 0, 1, 1000);
    for (Draw other : new Draw[] {new Draw(2, 2, 3), new Draw(1, 3, 3), new Draw(1, 2, 4)}) {
      float[] values = uniform(device, other, 0, 1, 1000);
      int equal = 0;
      for (int i = 0; i < 1000; i++) {
        equal += values[i] == base[i] ? 1 : 0;
      }
      assertTrue(equal <= 1, other + " repeats " + equal + " numbers");
    }
    float[] none = uniform(device, new Draw(1, 2, null), 0, 1, 1000);
    Accuracy.assertSameBits(
        "no step is step 0", uniform(device, new Draw(1, 2, 0), 0, 1, 1000), none);
  }

  /** Mean, variance, and 256 equal parts by chi-square. */
  @EachBackend
  void uniformNumbersAreUniform(Subject on) {
    float[] u = uniform(on.device(), new Draw(11, 0, null), 0, 1, MANY);
    double[] counts = new double[256];
    double sum = 0;
    double squares = 0;
    double neighbours = 0;
    for (int i = 0; i < MANY; i++) {
      assertTrue(u[i] >= 0 && u[i] < 1);
      counts[(int) (u[i] * 256)]++;
      sum += u[i] - 0.5;
      squares += (u[i] - 0.5) * (u[i] - 0.5);
      neighbours += i == 0 ? 0 : (u[i] - 0.5) * (u[i - 1] - 0.5);
    }
    // Var u = 1/12, Var (u - 1/2)^2 = 1/180, Var of a product of two = 1/144.
    assertStatistic("mean", sum / MANY, 0, Math.sqrt(1 / 12.0 / MANY));
    assertStatistic("variance", squares / MANY, 1 / 12.0, Math.sqrt(1 / 180.0 / MANY));
    assertStatistic("neighbours", neighbours / MANY, 0, Math.sqrt(1 / 144.0 / MANY));
    double chiSquare = 0;
    for (double count : counts) {
      chiSquare += (count - MANY / 256.0) * (count - MANY / 256.0) / (MANY / 256.0);
    }
    assertStatistic("chi-square", chiSquare, 255, Math.sqrt(2 * 255));
  }

  /** Four moments and the share beyond one and two deviations. */
  @EachBackend
  void normalNumbersAreNormal(Subject on) {
    float[] x = normal(on.device(), new Draw(12, 0, null), 0, 1, MANY);
    double[] moments = new double[5];
    double beyondOne = 0;
    double beyondTwo = 0;
    double neighbours = 0;
    for (int i = 0; i < MANY; i++) {
      for (int power = 1; power <= 4; power++) {
        moments[power] += Math.pow(x[i], power) / MANY;
      }
      beyondOne += Math.abs(x[i]) > 1 ? 1.0 / MANY : 0;
      beyondTwo += Math.abs(x[i]) > 2 ? 1.0 / MANY : 0;
      neighbours += i == 0 ? 0 : (double) x[i] * x[i - 1] / MANY;
      assertTrue(Math.abs(x[i]) <= 5.8, "at most 5.8 deviations");
    }
    // Variances of the sample moments: 1, 2, 15, 96 over n.
    assertStatistic("mean", moments[1], 0, Math.sqrt(1.0 / MANY));
    assertStatistic("variance", moments[2], 1, Math.sqrt(2.0 / MANY));
    assertStatistic("third moment", moments[3], 0, Math.sqrt(15.0 / MANY));
    assertStatistic("fourth moment", moments[4], 3, Math.sqrt(96.0 / MANY));
    assertShare("beyond one deviation", beyondOne, 2 * Exact.normalBelow(-1));
    assertShare("beyond two deviations", beyondTwo, 2 * Exact.normalBelow(-2));
    assertStatistic("neighbours", neighbours, 0, Math.sqrt(1.0 / MANY));
  }

  private static void assertShare(String what, double share, double expected) {
    assertStatistic(what, share, expected, Math.sqrt(expected * (1 - expected) / MANY));
  }

  private static void assertStatistic(
      String what, double actual, double expected, double deviation) {
    assertTrue(
        Math.abs(actual - expected) <= DEVIATIONS * deviation,
        () -> what + " is " + actual + ", expected " + expected + " +- " + deviation);
  }

  @EachBackend
  void dropoutDropsItsShareAndScalesTheRest(Subject on) {
    float[] x = new float[MANY];
    Arrays.fill(x, 3);
    for (float rate : new float[] {0.1f, 0.5f, 0.9f}) {
      float[] y = dropout(on.device(), new Draw(13, 1, null), rate, x);
      double dropped = 0;
      for (float value : y) {
        assertTrue(value == 0 || value == 3 * (1 / (1 - rate)), "kept " + value);
        dropped += value == 0 ? 1.0 / MANY : 0;
      }
      assertShare("dropped", dropped, rate);
    }
    Accuracy.assertSameBits("rate 0", x, dropout(on.device(), DRAWS[0], 0, x));
  }

  @EachBackend
  void whatIsDroppedIsZeroEvenIfNan(Subject on) {
    for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] x = new float[1000];
      Arrays.fill(x, special);
      float[] u = uniform(on.device(), DRAWS[1], 0, 1, 1000);
      float[] y = dropout(on.device(), DRAWS[1], 0.5f, x);
      for (int i = 0; i < 1000; i++) {
        assertEquals(u[i] >= 0.5f ? special : 0, y[i], "element " + i);
      }
    }
  }

  @Test
  void badArgumentsAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor y = w.tensor(4);
      IntTensor two = w.ints(2);
      assertEquals(
          "randomUniform: step must be one value; low 1.0 must be below high 1.0, at a finite"
              + " distance",
          message(() -> new RandomUniform(0, 0, two, 1, 1, y)));
      assertEquals(
          "randomUniform: low -3.0E38 must be below high 3.0E38, at a finite distance",
          message(() -> new RandomUniform(0, 0, null, -3e38f, 3e38f, y)));
      assertEquals(
          "randomNormal: mean 0.0 and deviation -1.0 must be finite, and the deviation not"
              + " negative",
          message(() -> new RandomNormal(0, 0, null, 0, -1, y)));
      assertEquals(
          "dropout: rate 1.0 is not in [0, 1); y has 3 elements, not 4",
          message(() -> new Dropout(0, 0, null, 1, y, w.tensor(3))));
    }
  }

  private static String message(Executable makesRecord) {
    return assertThrows(IllegalArgumentException.class, makesRecord).getMessage();
  }
}
