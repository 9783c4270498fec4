package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.AugmentImages;
import io.talus.op.ImageChanges;
import io.talus.op.Philox;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * {@link AugmentImages}: by the formulas of its contract in double, and the same bits everywhere.
 */
class AugmentImagesTest {
  private static final long SEED = 0x123456789abcdefL;
  private static final int STREAM = 3;
  private static final int STEP = 1_000_000;
  private static final int MANY = 4000;
  private static final double DEVIATIONS = 5;

  /** Images x height x width x channels. */
  private static final int[][] SHAPES = {
    {0, 2, 3, 1},
    {3, 2, 2, 0},
    {1, 1, 1, 1},
    {5, 1, 7, 2},
    {4, 9, 1, 1},
    {3, 5, 8, 3},
    {9, 28, 28, 1}
  };

  private static final ImageChanges[] CHANGES = {
    ImageChanges.NONE,
    ImageChanges.NONE.mirrored(),
    ImageChanges.NONE.cutOut(3).filledWith(7),
    ImageChanges.NONE.cutOut(Integer.MAX_VALUE).filledWith(-1),
    ImageChanges.NONE.rotated(180).filledWith(0.5f),
    ImageChanges.NONE.scaled(0.9f),
    ImageChanges.NONE.sheared(1).filledWith(-3),
    ImageChanges.NONE.mirrored().rotated(15).scaled(0.2f).sheared(0.3f).cutOut(2).filledWith(2)
  };

  private static ImageChanges withShift(ImageChanges changes, int[] shape) {
    return changes.shifted(Math.min(4, Math.min(shape[1], shape[2]) - 1));
  }

  private static int size(int[] shape) {
    return shape[0] * shape[1] * shape[2] * shape[3];
  }

  private static Tensor images(Workspace w, float[] x, int[] shape) {
    return w.tensor(x, size(shape)).reshape(lengths(shape));
  }

  private static long[] lengths(int[] shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }

  private static float[] run(
      Device device, Integer step, ImageChanges changes, float[] x, int... shape) {
    return run(device, SEED, STREAM, step, changes, x, shape);
  }

  private static float[] run(
      Device device,
      long seed,
      int stream,
      Integer step,
      ImageChanges changes,
      float[] x,
      int... shape) {
    try (Workspace w = device.workspace()) {
      Tensor y = w.tensor(lengths(shape));
      IntTensor number = step == null ? null : w.ints(new int[] {step}, 1);
      device.augmentImages(
          new AugmentImages(seed, stream, number, changes, images(w, x, shape), y));
      return y.toArray();
    }
  }

  @EachBackend
  void sameBitsOnEveryBackend(Subject on) {
    Device reference = Devices.require("java");
    for (int[] shape : SHAPES) {
      for (ImageChanges one : CHANGES) {
        for (ImageChanges changes : new ImageChanges[] {one, withShift(one, shape)}) {
          float[] x = on.signed(size(shape));
          Tensor y = on.out(lengths(shape));
          on.device()
              .augmentImages(
                  new AugmentImages(
                      SEED,
                      STREAM,
                      on.workspace().ints(new int[] {STEP}, 1),
                      changes,
                      on.in(x, lengths(shape)),
                      y));
          Accuracy.assertSameBits(
              changes + " of " + Arrays.toString(shape),
              run(reference, STEP, changes, x, shape),
              y.toArray());
          on.nextCase();
        }
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    int[] shape = {on.fewOr(4, 70), 28, 28, 1};
    float[] x = on.signed(size(shape));
    ImageChanges changes = ImageChanges.NONE.shifted(2).rotated(15);
    Determinism.check(on, "augmented", () -> run(on.device(), STEP, changes, x, shape));
  }

  /** What one image draws, and where its pixels come from, as the contract has it, in double. */
  private static final class Oracle {
    final ImageChanges changes;
    final int[] shape;
    final boolean mirrored;
    final long down;
    final long right;
    final double turn;
    final double size;
    final double shear;
    final long cutTop;
    final long cutLeft;

    Oracle(ImageChanges changes, int[] shape, int step, int image) {
      this.changes = changes;
      this.shape = shape;
      long[] w = new long[8];
      int[] words = new int[4];
      for (int i = 0; i < 8; i++) {
        Philox.block(SEED, STREAM, step, 2L * image + i / 4, words);
        w[i] = words[i % 4] & 0xFFFFFFFFL;
      }
      mirrored = changes.mirror() && w[0] >= 1L << 31;
      down = below(w[1], 2L * changes.shift() + 1) - changes.shift();
      right = below(w[2], 2L * changes.shift() + 1) - changes.shift();
      turn = (below(w[3], 2L * changes.turns() + 1) - changes.turns()) * 2 * Math.PI / (1 << 24);
      size = 1 + changes.scale() * even(w[4]);
      shear = changes.shear() * even(w[5]);
      cutTop = below(w[6], shape[1]) - changes.cutout() / 2;
      cutLeft = below(w[7], shape[2]) - changes.cutout() / 2;
    }

    private static long below(long word, long bound) {
      return word * bound >> 32;
    }

    private static double even(long word) {
      return (word >> 8) / (double) (1 << 23) - 1;
    }

    double pixel(float[] x, int from, int i, int j, int channel) {
      boolean isCut =
          i >= cutTop
              && i < cutTop + changes.cutout()
              && j >= cutLeft
              && j < cutLeft + changes.cutout();
      if (isCut) {
        return changes.fill();
      }
      double middleRow = (shape[1] - 1) / 2.0;
      double middleColumn = (shape[2] - 1) / 2.0;
      double p = i - down - middleRow;
      double q = j - right - middleColumn + shear * p;
      double row = middleRow + (Math.cos(turn) * p - Math.sin(turn) * q) / size;
      double column = middleColumn + (Math.sin(turn) * p + Math.cos(turn) * q) / size;
      column = mirrored ? shape[2] - 1 - column : column;
      // Rounding of a whole number must not show in which neighbours take part: they weigh nothing.
      double value = 0;
      for (int r = (int) Math.floor(row); r <= Math.floor(row) + 1; r++) {
        for (int c = (int) Math.floor(column); c <= Math.floor(column) + 1; c++) {
          double weight = (1 - Math.abs(row - r)) * (1 - Math.abs(column - c));
          value += weight * read(x, from, r, c, channel);
        }
      }
      return value;
    }

    private double read(float[] x, int from, int row, int column, int channel) {
      boolean isThere = row >= 0 && row < shape[1] && column >= 0 && column < shape[2];
      return isThere ? x[from + (row * shape[2] + column) * shape[3] + channel] : changes.fill();
    }
  }

  /**
   * A place is rounded a few times at up to 10 sides (the smallest size) from the middle, its
   * cosine and sine are off by 1e-7 more; values differ from their neighbours by 16 at most.
   */
  @EachBackend
  void followsItsFormulas(Subject on) {
    for (int[] shape : SHAPES) {
      double tolerance = 16 * 8 * 10 * (shape[1] + shape[2]) * 0x1p-23;
      for (ImageChanges one : CHANGES) {
        ImageChanges changes = withShift(one, shape);
        float[] x = on.signed(size(shape));
        float[] y = run(on.device(), STEP, changes, x, shape);
        int pixels = shape[1] * shape[2];
        for (int at = 0; at < y.length; at++) {
          int pixel = at / shape[3];
          Oracle oracle = new Oracle(changes, shape, STEP, pixel / pixels);
          int inImage = pixel % pixels;
          double expected =
              oracle.pixel(
                  x,
                  pixel / pixels * pixels * shape[3],
                  inImage / shape[2],
                  inImage % shape[2],
                  at % shape[3]);
          assertEquals(
              expected, y[at], changes.isBetweenPixels() ? tolerance : 0, changes + " at " + at);
        }
      }
    }
  }

  @EachBackend
  void changesNothingUnlessAsked(Subject on) {
    float[] x = on.signed(3 * 4 * 5 * 2);
    x[7] = Float.NaN;
    Accuracy.assertSameBits(
        "as it was", x, run(on.device(), STEP, ImageChanges.NONE, x, 3, 4, 5, 2));
  }

  /** One pixel of 1, in the middle row of 9, tells where its image went. */
  @Test
  void mirrorsHalfAndMovesEvenly() {
    float[] x = new float[MANY * 81];
    for (int image = 0; image < MANY; image++) {
      x[image * 81 + 4 * 9 + 2] = 1;
    }
    Device device = Devices.require("java");
    float[] mirrored = run(device, STEP, ImageChanges.NONE.mirrored(), x, MANY, 9, 9, 1);
    float[] moved = run(device, STEP, ImageChanges.NONE.shifted(2), x, MANY, 9, 9, 1);
    assertShare("mirrored", mirrored, 4 * 9 + 6, 0.5);
    for (int row = 2; row <= 6; row++) {
      for (int column = 0; column <= 4; column++) {
        assertShare("moved", moved, row * 9 + column, 0.04);
      }
    }
  }

  private static void assertShare(String what, float[] images, int place, double expected) {
    double found = 0;
    for (int image = 0; image < MANY; image++) {
      found += images[image * 81 + place] / MANY;
    }
    double share = found;
    assertTrue(
        Math.abs(share - expected) <= DEVIATIONS * Math.sqrt(expected * (1 - expected) / MANY),
        () -> what + " to " + place + ": " + share + ", expected " + expected);
  }

  @Test
  void seedStreamAndStepEachDrawAnew() {
    Device device = Devices.require("java");
    float[] x = new float[64 * 49];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    ImageChanges changes = ImageChanges.NONE.rotated(90);
    float[] base = run(device, 1, 2, 3, changes, x, 64, 7, 7, 1);
    assertTrue(differing(base, run(device, 2, 2, 3, changes, x, 64, 7, 7, 1)) > 3000);
    assertTrue(differing(base, run(device, 1, 3, 3, changes, x, 64, 7, 7, 1)) > 3000 - 64);
    assertTrue(differing(base, run(device, 1, 2, 4, changes, x, 64, 7, 7, 1)) > 3000 - 64);
    Accuracy.assertSameBits(
        "no step is step 0",
        run(device, 1, 2, 0, changes, x, 64, 7, 7, 1),
        run(device, 1, 2, null, changes, x, 64, 7, 7, 1));
  }

  private static int differing(float[] a, float[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += a[i] == b[i] ? 0 : 1;
    }
    return count;
  }

  @Test
  void badArgumentsAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor x = w.tensor(2, 3, 4, 1);
      IntTensor two = w.ints(2);
      assertEquals(
          "augmentImages: step must be one value; y is 3x4, not 2x3x4x1",
          message(() -> new AugmentImages(0, 0, two, ImageChanges.NONE, x, w.tensor(3, 4))));
      assertEquals(
          "augmentImages: x is 3x4, not images x height x width x channels",
          message(
              () ->
                  new AugmentImages(
                      0, 0, null, ImageChanges.NONE, w.tensor(3, 4), w.tensor(3, 4))));
      assertEquals(
          "augmentImages: y and x share memory",
          message(() -> new AugmentImages(0, 0, null, ImageChanges.NONE, x, x)));
      assertEquals(
          "augmentImages: a shift of up to 3 moves images of 3x4 away",
          message(
              () ->
                  new AugmentImages(
                      0, 0, null, ImageChanges.NONE.shifted(3), x, w.tensor(2, 3, 4, 1))));
      assertEquals(
          "augmentImages: images of 0x4: sides must be 1 to 1048576 pixels",
          message(
              () ->
                  new AugmentImages(
                      0, 0, null, ImageChanges.NONE, w.tensor(1, 0, 4, 1), w.tensor(1, 0, 4, 1))));
    }
    assertEquals(
        "image changes: rotation is NaN, not in 0 to 180.0 degrees",
        message(() -> ImageChanges.NONE.rotated(Float.NaN)));
    assertEquals(
        "image changes: scale is 1.0, not in 0 to 0.9", message(() -> ImageChanges.NONE.scaled(1)));
    assertThrows(IllegalArgumentException.class, () -> ImageChanges.NONE.shifted(-1));
    assertThrows(IllegalArgumentException.class, () -> ImageChanges.NONE.sheared(2));
    assertThrows(IllegalArgumentException.class, () -> ImageChanges.NONE.cutOut(-1));
    assertThrows(
        IllegalArgumentException.class,
        () -> ImageChanges.NONE.filledWith(Float.POSITIVE_INFINITY));
  }

  private static String message(Executable makesRecord) {
    return assertThrows(IllegalArgumentException.class, makesRecord).getMessage();
  }
}
