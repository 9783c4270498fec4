package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** {@link Fill}, {@link Copy}, {@link Unary}, {@link Binary} and {@link Axpby}. */
class ElementwiseTest {
  private static final float INF = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;

  /**
   * Around vectors of 16, 8 and 4, around twice the ranges of 4,096 and 16,384 elements from which
   * on several threads share the work, and a prime.
   */
  private static final int[] SIZES = {
    0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 8191, 8192, 8193, 32_767, 32_768, 32_769,
    70_001
  };

  /** From 32 MiB on, results go past the caches. */
  private static final int PAST_THE_CACHES = (8 << 20) + 37;

  @EachBackend
  void fillSetsEveryElement(Subject on) {
    for (int size : SIZES) {
      for (float value : new float[] {0, -2.5f, NAN, -INF}) {
        Tensor y = on.out(size);
        on.device().fill(new Fill(value, y));
        float[] expected = new float[size];
        Arrays.fill(expected, value);
        Accuracy.assertExact("fill " + size, expected, y.toArray());
      }
      on.nextCase();
    }
  }

  @EachBackend
  void copyKeepsEveryBit(Subject on) {
    for (int size : SIZES) {
      float[] x = on.signed(size);
      if (size > 3) {
        x[0] = Float.intBitsToFloat(0x7f812345);
        x[1] = -0f;
        x[3] = Float.MIN_VALUE;
      }
      Tensor source = on.in(x, size);
      Tensor y = on.out(size);
      on.device().copy(new Copy(source, y));
      Accuracy.assertSameBits("copy " + size, source.toArray(), y.toArray());
      on.nextCase();
    }
  }

  private static double exact(UnaryFunction function, double x) {
    return switch (function) {
      case NEGATE -> -x;
      case ABS -> Math.abs(x);
      case SQUARE -> x * x;
      case SQRT -> Math.sqrt(x);
      case RECIPROCAL -> 1 / x;
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case RELU -> Exact.activate(Activation.RELU, x);
      case GELU -> Exact.activate(Activation.GELU, x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> Exact.activate(Activation.SIGMOID, x);
    };
  }

  /** The promised error; 0 where the result is correctly rounded. */
  private static double tolerance(UnaryFunction function, double x, double y) {
    return switch (function) {
      case NEGATE, ABS, SQUARE, SQRT, RECIPROCAL, RELU -> 0;
      case EXP, LOG -> 4 * EPS * Math.abs(y);
      case TANH, SIGMOID -> 6 * EPS * Math.abs(y);
      case GELU -> 4 * EPS * Math.abs(x);
    };
  }

  private static void check(Subject on, UnaryFunction function, float[] x, boolean inPlace) {
    Tensor input = inPlace ? on.inOut(x, x.length) : on.in(x, x.length);
    Tensor output = inPlace ? input : on.out(x.length);
    on.device().unary(new Unary(function, input, output));
    double[] expected = new double[x.length];
    double[] tolerance = new double[x.length];
    float[] rounded = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[i] = exact(function, x[i]);
      rounded[i] = (float) expected[i];
      tolerance[i] = tolerance(function, x[i], expected[i]);
    }
    String what = function + " of " + x.length + (inPlace ? ", in place" : "");
    if (tolerance(function, 1, 1) == 0) {
      Accuracy.assertExact(what, rounded, output.toArray());
    } else {
      Accuracy.assertWithin(what, expected, tolerance, output.toArray());
    }
  }

  @EachBackend
  void unaryOfEverySize(Subject on) {
    for (UnaryFunction function : UnaryFunction.values()) {
      for (int size : SIZES) {
        float[] x = on.signed(size);
        for (int i = 0; i < x.length; i++) {
          x[i] *= 3;
        }
        check(on, function, x, false);
        check(on, function, x, true);
        on.nextCase();
      }
    }
  }

  /** Every exponent, both signs, and the values where functions saturate. */
  @EachBackend
  void unaryOverTheWholeRange(Subject on) {
    float[] x = new float[2 * 254 * 40];
    for (int i = 0; i < x.length; i++) {
      int exponent = 1 + i / 2 % 254;
      int fraction = on.random().nextInt(1 << 23);
      x[i] = Float.intBitsToFloat((i & 1) << 31 | exponent << 23 | fraction);
    }
    float[] edges = {
      0,
      -0f,
      1,
      -1,
      88.7f,
      88.73f,
      -87.3f,
      -88,
      -103.9f,
      -104.1f,
      9,
      -9,
      5.5f,
      -5.5f,
      -13,
      -14.6f,
      20,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      0.99999994f,
      1.0000001f,
      1e-4f,
      -1e-4f,
      0.7f,
      1.5f,
      INF,
      -INF,
      NAN
    };
    for (UnaryFunction function : UnaryFunction.values()) {
      check(on, function, x, false);
      check(on, function, edges, false);
      on.nextCase();
    }
  }

  private static double exact(BinaryFunction function, double a, double b) {
    return switch (function) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
    };
  }

  private static void check(
      Subject on,
      BinaryFunction f,
      Broadcast broadcast,
      int rows,
      int columns,
      float[] a,
      float[] b) {
    float[] expected = new float[rows * columns];
    for (int i = 0; i < expected.length; i++) {
      int j =
          switch (broadcast) {
            case SAME_SHAPE -> i;
            case ROW -> i % columns;
            case COLUMN -> i / columns;
            case SCALAR -> 0;
          };
      expected[i] = (float) exact(f, a[i], b[j]);
    }
    String what = f + " " + broadcast + " " + rows + "x" + columns;
    Tensor second = on.in(b, b.length);
    Tensor y = on.out(rows, columns);
    on.device().binary(new Binary(f, broadcast, on.in(a, rows, columns), second, y));
    Accuracy.assertExact(what, expected, y.toArray());
    Tensor first = on.inOut(a, rows, columns);
    on.device().binary(new Binary(f, broadcast, first, second, first));
    Accuracy.assertExact(what + " onto a", expected, first.toArray());
    on.nextCase();
  }

  private static int sizeOfB(Broadcast broadcast, int rows, int columns) {
    return switch (broadcast) {
      case SAME_SHAPE -> rows * columns;
      case ROW -> columns;
      case COLUMN -> rows;
      case SCALAR -> 1;
    };
  }

  @EachBackend
  void binaryWithEveryBroadcast(Subject on) {
    int[][] shapes = {
      {0, 3},
      {3, 0},
      {1, 1},
      {3, 5},
      {7, 16},
      {5, 33},
      {181, 183},
      {40, 1030}
    };
    for (int[] s : shapes) {
      for (Broadcast broadcast : Broadcast.values()) {
        for (BinaryFunction function : BinaryFunction.values()) {
          float[] a = on.signed((long) s[0] * s[1]);
          float[] b = on.signed(sizeOfB(broadcast, s[0], s[1]));
          check(on, function, broadcast, s[0], s[1], a, b);
        }
      }
    }
    for (int[] s : new int[][] {{70_001, 2}, {2, 70_001}}) {
      for (Broadcast broadcast : Broadcast.values()) {
        float[] a = on.signed((long) s[0] * s[1]);
        float[] b = on.signed(sizeOfB(broadcast, s[0], s[1]));
        check(on, BinaryFunction.SUBTRACT, broadcast, s[0], s[1], a, b);
      }
    }
  }

  @EachBackend
  void binaryOntoTheSecondOperand(Subject on) {
    float[] a = on.wholes(100);
    float[] b = on.wholes(100);
    Tensor y = on.inOut(b, 10, 10);
    on.device().binary(new Binary(BinaryFunction.SUBTRACT, on.in(a, 10, 10), y, y));
    float[] expected = new float[100];
    for (int i = 0; i < 100; i++) {
      expected[i] = a[i] - b[i];
    }
    Accuracy.assertExact("a - b onto b", expected, y.toArray());
  }

  /** MAXIMUM and MINIMUM give NaN where either is NaN, at every place of a vector. */
  @EachBackend
  void binaryOfNanAndInfinity(Subject on) {
    float[] values = {NAN, INF, -INF, 0, 1, -1, Float.MAX_VALUE};
    int n = values.length * values.length;
    float[] a = new float[n];
    float[] b = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = values[i / values.length];
      b[i] = values[i % values.length];
    }
    for (BinaryFunction function : BinaryFunction.values()) {
      check(on, function, Broadcast.SAME_SHAPE, 7, 7, a, b);
      for (float value : values) {
        check(on, function, Broadcast.SCALAR, 7, 7, a, new float[] {value});
      }
    }
  }

  @EachBackend
  void axpbyOfEverySize(Subject on) {
    for (int size : SIZES) {
      for (float[] weights : new float[][] {{1, 1}, {-0.3f, 0.7f}, {2, 0}, {0, 3}, {0, 0}}) {
        float[] x = on.signed(size);
        float[] before = on.signed(size);
        boolean reads = weights[1] != 0;
        Tensor y = reads ? on.inOut(before, size) : on.out(size);
        on.device().axpby(new Axpby(weights[0], on.in(x, size), weights[1], y));
        double[] expected = new double[size];
        double[] tolerance = new double[size];
        for (int i = 0; i < size; i++) {
          double first = (double) weights[0] * x[i];
          double second = reads ? (double) weights[1] * before[i] : 0;
          expected[i] = first + second;
          tolerance[i] = 2 * EPS * (Math.abs(first) + Math.abs(second));
        }
        Accuracy.assertWithin("axpby " + size, expected, tolerance, y.toArray());
        on.nextCase();
      }
    }
  }

  @EachBackend
  void axpbyInPlaceAndOfNan(Subject on) {
    Tensor y = on.inOut(new float[] {1, -2, NAN, INF, 0}, 5);
    on.device().axpby(new Axpby(3, y, 2, y));
    Accuracy.assertExact("5 y", new float[] {5, -10, NAN, INF, 0}, y.toArray());
    on.device().axpby(new Axpby(0, y, 0, y));
    Accuracy.assertExact("0 y", new float[] {0, 0, NAN, NAN, 0}, y.toArray());
  }

  @EachBackend
  void resultsPastTheCaches(Subject on) {
    float[] x = new float[on.fewOr(SIZES[SIZES.length - 1], PAST_THE_CACHES)];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 1021 - 300;
    }
    Tensor input = on.workspace().tensor(x, x.length);
    Tensor y = on.out(x.length);
    on.device().copy(new Copy(input, y));
    Accuracy.assertSameBits("copy", x, y.toArray());
    on.device().axpby(new Axpby(2, input, 0, y));
    float[] expected = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      expected[i] = 2 * x[i];
    }
    Accuracy.assertExact("axpby", expected, y.toArray());
    on.device().binary(new Binary(BinaryFunction.ADD, input, input, y));
    Accuracy.assertExact("binary", expected, y.toArray());
    on.device().unary(new Unary(UnaryFunction.NEGATE, input, y));
    for (int i = 0; i < x.length; i++) {
      expected[i] = -x[i];
    }
    Accuracy.assertExact("unary", expected, y.toArray());
    on.device().fill(new Fill(7, y));
    Arrays.fill(expected, 7);
    Accuracy.assertExact("fill", expected, y.toArray());
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor all = w.tensor(8, 4);
      assertMessage(
          "copy: y has 4 elements, not 8; y and x share memory",
          () -> new Copy(all.rows(0, 2), all.rows(1, 2)));
      assertMessage(
          "unary: y has 4 elements, not 8; y and x overlap in part",
          () -> new Unary(UnaryFunction.EXP, all.rows(0, 2), all.rows(1, 2)));
      assertMessage(
          "axpby: y and x overlap in part", () -> new Axpby(1, all.rows(0, 2), 1, all.rows(1, 3)));
      assertMessage(
          "binary: y is 3x4, not 2x4; b has 32 elements, not 4;"
              + " y and the repeated b share memory; y and b overlap in part",
          () -> new Binary(BinaryFunction.ADD, Broadcast.ROW, all.rows(4, 6), all, all.rows(0, 3)));
    }
  }

  private static void assertMessage(String expected, Executable makesRecord) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, makesRecord).getMessage());
  }
}
