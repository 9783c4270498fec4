package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.op.Transpose;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link Gemm} and its epilogue. */
class GemmTest {

  private static void checkAllTransposes(Subject on, int m, int n, int k) {
    GemmProblem.plain(Transpose.NO, Transpose.NO, m, n, k).checkAllTransposes(on);
  }

  @EachBackend
  void wholeNumbersAreExact(Subject on) {
    int[][] shapes = {{1, 1, 1}, {5, 3, 2}, {28, 64, 9}, {37, 41, 43}, {130, 10, 70}};
    for (int[] s : shapes) {
      for (Transpose transposeA : Transpose.values()) {
        for (Transpose transposeB : Transpose.values()) {
          GemmProblem p =
              GemmProblem.plain(transposeA, transposeB, s[0], s[1], s[2])
                  .with(2, -1)
                  .with(true, Activation.RELU, true);
          GemmProblem.Values v = p.wholes(on);
          float[] expected = new float[p.m() * p.n()];
          double[] sums = new double[p.n()];
          for (int i = 0; i < p.m(); i++) {
            p.sumProducts(v, i, sums, new double[p.n()]);
            for (int j = 0; j < p.n(); j++) {
              expected[i * p.n() + j] = (float) (2 * sums[j]) - v.c()[i * p.n() + j] + v.bias()[j];
            }
          }
          GemmProblem.Result result = p.run(on, v);
          Accuracy.assertExact(p.toString(), expected, result.preActivation());
          for (int i = 0; i < expected.length; i++) {
            expected[i] = Math.max(0, expected[i]);
          }
          Accuracy.assertExact(p.toString(), expected, result.c());
          on.nextCase();
        }
      }
    }
  }

  /** Tiles are 14x32 (avx512), 6x16 (avx2) and 4x8 (portable), vectors 16, 8 and 4 long. */
  @EachBackend
  void everySizeAroundTheTiles(Subject on) {
    int[] rows = {1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 27, 28, 29};
    int[] columns = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65};
    int[] depths = {1, 2, 7, 16, 19};
    int turn = 0;
    for (int m : rows) {
      for (int n : columns) {
        for (int k : depths) {
          // All four transpositions come by in turn, at every place of each list.
          Transpose transposeA = Transpose.values()[turn & 1];
          Transpose transposeB = Transpose.values()[turn >> 1 & 1];
          GemmProblem p = GemmProblem.plain(transposeA, transposeB, m, n, k);
          GemmProblem turned = turn % 3 == 0 ? p.with(-1.5f, 0.5f) : p;
          turned.check(on, turned.signed(on));
          turn++;
        }
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    checkAllTransposes(on, 64, 64, 63); // one thread
    checkAllTransposes(on, 64, 64, 64); // and again
    checkAllTransposes(on, 64, 80, 127); // the last that one thread does
    checkAllTransposes(on, 64, 80, 128); // the first that all do
    checkAllTransposes(on, 67, 71, 73); // primes
    checkAllTransposes(on, 20, 40, 256); // k summed in one go, even on an Intel Xeon
    checkAllTransposes(on, 20, 40, 257); // and there in two
    checkAllTransposes(on, 20, 40, 800); // in four
    checkAllTransposes(on, 20, 40, 801);
    checkAllTransposes(on, 20, 40, 1024); // in one go elsewhere
    checkAllTransposes(on, 20, 40, 1025); // and there in two
    checkAllTransposes(on, 9, 33, 1607);
    checkAllTransposes(on, 31, 70, 1024); // rows a multiple of 4 KiB apart
    checkAllTransposes(on, 128, 10, 512); // the last layer of a classifier
    checkAllTransposes(on, 1, 300, 200); // vector times matrix
    checkAllTransposes(on, 300, 1, 200); // matrix times vector
    checkAllTransposes(on, 1, 1, 5000); // one dot product
    checkAllTransposes(on, 150, 290, 170); // several blocks either way
    for (int k = 1; k <= 13; k++) {
      checkAllTransposes(on, 37, 70, k); // few steps: all of a panel of B in registers
    }
    checkAllTransposes(on, 600, 75, 10); // the same in several tasks
    for (int n = 1; n <= 17; n++) {
      checkAllTransposes(on, 29, n, 50); // few columns: vectors along k, several rows at a time
    }
    checkAllTransposes(on, 300, 270, 75); // A transposed is packed once by each thread
    GemmProblem turned = GemmProblem.plain(Transpose.YES, Transpose.NO, 630, 260, 450);
    turned.check(on, turned.signed(on)); // in two blocks
  }

  /** More rows than a 16-bit count holds, and more columns. */
  @EachBackend
  void tallAndWide(Subject on) {
    checkAllTransposes(on, 70_001, 3, 2);
    checkAllTransposes(on, 2, 70_001, 3);
    checkAllTransposes(on, 3, 2, 70_001);
  }

  @EachBackend
  void everyEpilogue(Subject on) {
    int[][] shapes = {{29, 35, 17}, {128, 10, 100}, {20, 40, 810}};
    for (int[] s : shapes) {
      for (Activation activation : Activation.values()) {
        for (boolean bias : new boolean[] {false, true}) {
          for (float beta : new float[] {0, 1}) {
            GemmProblem p =
                GemmProblem.plain(Transpose.NO, Transpose.NO, s[0], s[1], s[2])
                    .with(0.25f, beta)
                    .with(bias, activation, bias);
            p.check(on, p.signed(on));
            GemmProblem exchanged =
                GemmProblem.plain(Transpose.YES, Transpose.YES, s[0], s[1], s[2])
                    .with(0.25f, beta)
                    .with(bias, activation, !bias);
            exchanged.check(on, exchanged.signed(on));
          }
        }
      }
    }
  }

  @EachBackend
  void withoutProductsOnlyTheRestRemains(Subject on) {
    for (int k : new int[] {0, 5}) {
      GemmProblem p = GemmProblem.plain(Transpose.NO, Transpose.NO, 3, 18, k);
      GemmProblem scaled = p.with(k == 0 ? 1 : 0, 2).with(true, Activation.IDENTITY, true);
      float[] unread = new float[Math.max(3, 18) * k];
      Arrays.fill(unread, Float.NaN);
      GemmProblem.Values v =
          new GemmProblem.Values(
              Arrays.copyOf(unread, 3 * k),
              Arrays.copyOf(unread, 18 * k),
              on.wholes(18),
              on.wholes(54));
      float[] expected = new float[54];
      for (int i = 0; i < 54; i++) {
        expected[i] = 2 * v.c()[i] + v.bias()[i % 18];
      }
      Accuracy.assertExact("beta C + bias, k = " + k, expected, scaled.run(on, v).c());
      GemmProblem.Values zero = new GemmProblem.Values(v.a(), v.b(), null, null);
      GemmProblem nothing = p.with(k == 0 ? 1 : 0, 0);
      Accuracy.assertExact("zeros, k = " + k, new float[54], nothing.run(on, zero).c());
    }
  }

  @EachBackend
  void emptyResultsAreLegal(Subject on) {
    for (int[] s : new int[][] {{0, 5, 3}, {5, 0, 3}, {0, 0, 0}, {0, 5, 0}}) {
      checkAllTransposes(on, s[0], s[1], s[2]);
    }
  }

  @EachBackend
  void nanAndInfinityPassThrough(Subject on) {
    for (int k : new int[] {1, 20, 900}) {
      GemmProblem p =
          GemmProblem.plain(Transpose.NO, Transpose.NO, 17, 35, k)
              .with(true, Activation.RELU, true);
      GemmProblem.Values v =
          new GemmProblem.Values(new float[17 * k], new float[k * 35], new float[35], null);
      // A is all zeros: 0 times NaN and 0 times infinity are NaN, in the columns that hold them.
      v.b()[3] = Float.NaN;
      v.b()[(k - 1) * 35 + 34] = Float.POSITIVE_INFINITY;
      v.bias()[7] = Float.NEGATIVE_INFINITY;
      v.bias()[8] = Float.POSITIVE_INFINITY;
      GemmProblem.Result result = p.run(on, v);
      for (int i = 0; i < 17; i++) {
        for (int j = 0; j < 35; j++) {
          float expected = j == 3 || j == 34 ? Float.NaN : j == 8 ? Float.POSITIVE_INFINITY : 0;
          String place = "k " + k + ", row " + i + ", column " + j;
          assertEquals(expected, result.c()[i * 35 + j], place);
          float before = j == 7 ? Float.NEGATIVE_INFINITY : expected;
          assertEquals(before, result.preActivation()[i * 35 + j], place);
        }
      }
      on.nextCase();
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    int[][] shapes = {{128, 512, 784}, {128, 10, 512}, {784, 512, 128}, {70, 1000, 33}};
    for (int[] s : shapes) {
      for (Transpose transpose : Transpose.values()) {
        GemmProblem p =
            GemmProblem.plain(transpose, transpose, s[0], s[1], s[2])
                .with(true, Activation.GELU, true);
        GemmProblem.Values v = p.signed(on);
        Determinism.check(on, p.toString(), () -> p.run(on, v).c());
        on.nextCase();
      }
    }
  }

  /** On a processor it is not seen in the bits how a product is cut, as few rows show. */
  @EachBackend
  void theFirstRowsOfManyHaveTheBitsOfRowsOfTheirOwn(Subject on) {
    assumeFalse(on.device().name().startsWith("cuda"), "a GPU cuts k by its size and the rows");
    GemmProblem many = GemmProblem.plain(Transpose.NO, Transpose.NO, 600, 33, 900);
    GemmProblem few = GemmProblem.plain(Transpose.NO, Transpose.NO, 30, 33, 900);
    GemmProblem.Values v = many.signed(on);
    float[] own =
        few.run(on, new GemmProblem.Values(Arrays.copyOf(v.a(), 30 * 900), v.b(), null, null)).c();
    assertArrayEquals(Arrays.copyOf(many.run(on, v).c(), own.length), own);
    on.nextCase();
  }

  @Test
  void everyMismatchIsNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor a = w.tensor(3, 4);
      Tensor b = w.tensor(5, 2);
      Epilogue epilogue = new Epilogue(w.tensor(3), Activation.RELU, w.tensor(3, 3));
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Gemm(Transpose.NO, Transpose.NO, 1, a, b, 0, w.tensor(4, 2), epilogue))
              .getMessage();
      assertEquals(
          "gemm: a is 3x4, b is 5x2: inner sizes 4 and 5 differ; c is 4x2, not 3x2;"
              + " preActivation is 3x3, not 3x2; bias has 3 elements, not 2",
          message);
    }
  }

  @Test
  void sharedMemoryIsRefused() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor all = w.tensor(12, 4);
      Tensor square = all.rows(0, 4);
      Tensor overlapping = all.rows(3, 7);
      String message =
          assertThrows(IllegalArgumentException.class, () -> new Gemm(square, square, overlapping))
              .getMessage();
      assertTrue(message.contains("c and a share memory"), message);
      assertTrue(message.contains("c and b share memory"), message);
      new Gemm(square, square, all.rows(4, 8));
      Epilogue onC = new Epilogue(all.rows(8, 9), Activation.GELU, all.rows(6, 10));
      message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Gemm(
                          Transpose.NO, Transpose.NO, 1, square, square, 0, all.rows(4, 8), onC))
              .getMessage();
      assertTrue(message.contains("preActivation and c share memory"), message);
      assertTrue(message.contains("preActivation and bias share memory"), message);
    }
  }
}
