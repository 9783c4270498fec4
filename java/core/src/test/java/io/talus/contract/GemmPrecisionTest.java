package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Gemm;
import io.talus.op.Precision;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Precision} of a {@link Gemm}. */
class GemmPrecisionTest {
  private static final List<Precision> SHORT = List.of(Precision.TF32, Precision.BFLOAT16);

  private static GemmProblem plain(int m, int n, int k, Precision precision) {
    return GemmProblem.plain(Transpose.NO, Transpose.NO, m, n, k).with(precision);
  }

  /** Tiles are 128 or 64 square, slabs of k 16 (TF32) and 32 (bfloat16), fragments 16 and 8. */
  @EachBackend
  void sizesAroundTheTiles(Subject on) {
    int[] rows = {17, 64, 65};
    int[] columns = {33, 36, 64, 67};
    int[] depths = {1, 15, 17, 32, 33, 64};
    int turn = 0;
    for (Precision precision : SHORT) {
      for (int m : rows) {
        for (int n : columns) {
          for (int k : depths) {
            GemmProblem p =
                GemmProblem.plain(
                        Transpose.values()[turn & 1], Transpose.values()[turn >> 1 & 1], m, n, k)
                    .with(precision);
            GemmProblem turned = turn % 3 == 0 ? p.with(-1.5f, 0.5f) : p;
            turned.check(on, turned.signed(on));
            turn++;
          }
        }
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    for (Precision precision : SHORT) {
      plain(128, 256, 32, precision).checkAllTransposes(on); // whole tiles
      plain(129, 130, 35, precision).checkAllTransposes(on); // and one more of everything
      plain(60, 52, 520, precision).checkAllTransposes(on); // k in two parts
      plain(37, 41, 1031, precision).checkAllTransposes(on); // in more, of odd sizes
      plain(128, 10, 64, precision).checkAllTransposes(on); // the last layer of a classifier
      plain(5, 100, 64, precision).checkAllTransposes(on); // few rows
      plain(0, 40, 5, precision).checkAllTransposes(on); // nothing
      plain(40, 40, 0, precision).checkAllTransposes(on); // zeros
    }
  }

  @EachBackend
  void everyEpilogue(Subject on) {
    for (Precision precision : SHORT) {
      for (int[] s : new int[][] {{29, 35, 17}, {40, 44, 515}}) {
        for (Activation activation : Activation.values()) {
          for (boolean bias : new boolean[] {false, true}) {
            GemmProblem p =
                GemmProblem.plain(Transpose.NO, Transpose.YES, s[0], s[1], s[2])
                    .with(0.25f, bias ? 1 : 0)
                    .with(bias, activation, bias)
                    .with(precision);
            p.check(on, p.signed(on));
          }
        }
      }
    }
  }

  /** Small whole numbers are numbers of every format, and so are their sums in float32. */
  @EachBackend
  void wholeNumbersAreExact(Subject on) {
    for (Precision precision : SHORT) {
      for (Transpose transposeA : Transpose.values()) {
        for (Transpose transposeB : Transpose.values()) {
          GemmProblem p =
              GemmProblem.plain(transposeA, transposeB, 67, 71, 73)
                  .with(2, -1)
                  .with(true, Activation.IDENTITY, false);
          GemmProblem.Values v = p.wholes(on);
          float[] expected = p.run(on, v).c();
          Accuracy.assertExact(p.toString(), expected, p.with(precision).run(on, v).c());
          on.nextCase();
        }
      }
    }
  }

  /** A product with the identity gives the other factor: rounded, where the device says so. */
  @EachBackend
  void bothFactorsAreRoundedToTheNearest(Subject on) {
    int size = 70;
    float[] identity = new float[size * size];
    for (int i = 0; i < size; i++) {
      identity[i * (size + 1)] = 1;
    }
    for (Precision precision : SHORT) {
      float[] values = on.signed((long) size * size);
      for (int i = 0; i < values.length; i += 3) {
        values[i] = half(precision, i);
      }
      float[] expected = rounded(on, precision, values);
      GemmProblem p = plain(size, size, size, precision);
      Accuracy.assertExact(
          "A in " + precision,
          expected,
          p.run(on, new GemmProblem.Values(values, identity, null, null)).c());
      Accuracy.assertExact(
          "B in " + precision,
          expected,
          p.run(on, new GemmProblem.Values(identity, values, null, null)).c());
      on.nextCase();
    }
  }

  /** Half way between two numbers of the format, and close to it on either side. */
  private static float half(Precision precision, int i) {
    int cut = cutBits(precision);
    int bits = Float.floatToIntBits(1.0f) + (i << cut) + (1 << (cut - 1)) + i % 9 / 3 - 1;
    return Float.intBitsToFloat(bits);
  }

  @EachBackend
  void theEndsOfTheRange(Subject on) {
    float[] ends = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      0x1.feffffp127f, // the last that bfloat16 rounds down
      0x1.ffefffp127f, // and TF32
      0x1.fffp127f,
      Float.MIN_NORMAL,
      0,
      -0f
    };
    int rows = 40;
    float[] ones = new float[rows];
    Arrays.fill(ones, 1);
    for (Precision precision : SHORT) {
      float[] a = Arrays.copyOf(ends, rows);
      float[] expected = new float[rows * rows];
      float[] once = rounded(on, precision, a);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = once[i / rows];
      }
      GemmProblem p = plain(rows, rows, 1, precision);
      GemmProblem.Values v = new GemmProblem.Values(a, ones, null, null);
      Accuracy.assertExact(precision + " at its ends", expected, p.run(on, v).c());
      on.nextCase();
    }
  }

  @EachBackend
  void aDeviceWithoutItComputesInFloat32AndSaysSo(Subject on) {
    assertEquals(Precision.FLOAT32, on.device().precision(Precision.FLOAT32));
    for (Precision precision : SHORT) {
      GemmProblem p = plain(40, 50, 60, Precision.FLOAT32);
      GemmProblem.Values v = p.signed(on);
      boolean same = Arrays.equals(p.run(on, v).c(), p.with(precision).run(on, v).c());
      Precision real = on.device().precision(precision);
      assertTrue(real == precision || real == Precision.FLOAT32, real.toString());
      assertEquals(real == Precision.FLOAT32, same, precision + " gives " + real);
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    for (Precision precision : SHORT) {
      for (int[] s : new int[][] {{128, 256, 64}, {60, 52, 1100}}) {
        GemmProblem p = plain(s[0], s[1], s[2], precision).with(true, Activation.GELU, true);
        GemmProblem.Values v = p.signed(on);
        Determinism.check(on, p.toString(), () -> p.run(on, v).c());
        on.nextCase();
      }
    }
  }

  @Test
  void noPrecisionIsRefused() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor x = w.tensor(2, 2);
      Gemm op = new Gemm(x, w.tensor(2, 2), w.tensor(2, 2));
      assertEquals(Precision.FLOAT32, op.precision());
      assertEquals(Precision.TF32, op.with(Precision.TF32).precision());
      String message =
          assertThrows(IllegalArgumentException.class, () -> op.with(null)).getMessage();
      assertEquals("gemm: precision is null; use FLOAT32 for the usual one", message);
    }
  }

  /** Rounding as told, written another way than any backend's, if the device has the format. */
  private static float[] rounded(Subject on, Precision precision, float[] values) {
    float[] rounded = values.clone();
    if (on.device().precision(precision) == precision) {
      for (int i = 0; i < rounded.length; i++) {
        rounded[i] = round(precision, values[i]);
      }
    }
    return rounded;
  }

  private static float round(Precision precision, float value) {
    if (value == 0 || !Float.isFinite(value)) {
      return value;
    }
    double unit = Math.scalb(1.0, Math.getExponent(value) - 23 + cutBits(precision));
    double units = Math.abs(value / unit);
    double whole = precision == Precision.TF32 ? Math.floor(units + 0.5) : Math.rint(units);
    return (float) Math.copySign(whole * unit, value);
  }

  /** Bits of float32's fraction that the format has not. */
  private static int cutBits(Precision precision) {
    return precision == Precision.TF32 ? 13 : 16;
  }
}
