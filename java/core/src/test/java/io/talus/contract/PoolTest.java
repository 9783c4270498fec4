package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Pool} and {@link PoolGradient}. */
class PoolTest {
  private static final List<Window> WINDOWS =
      List.of(
          Window.of(1, 1),
          Window.of(2, 2).stride(2, 2),
          Window.of(3, 3).stride(2, 2).padding(1, 1),
          Window.of(3, 3).padding(1, 1),
          Window.of(2, 3).stride(3, 1).padding(1, 2),
          Window.of(1, 4).stride(2, 5),
          Window.of(5, 4).stride(3, 2).padding(4, 3));

  /** Images n x h x w x c. */
  private record Problem(Window window, int n, int h, int w, int c) {
    int rows() {
      return (int) window.outputHeight(h);
    }

    int columns() {
      return (int) window.outputWidth(w);
    }

    int outputs() {
      return n * rows() * columns() * c;
    }

    int size() {
      return n * h * w * c;
    }

    Tensor images(Subject on, float[] values) {
      return values == null ? on.out(n, h, w, c) : on.in(values, n, h, w, c);
    }

    Tensor pooled(Subject on, float[] values) {
      return values == null
          ? on.out(n, rows(), columns(), c)
          : on.in(values, n, rows(), columns(), c);
    }

    /** Where the elements that an element of y sees lie in x, in reading order. */
    int[] seen(int output) {
      int channel = output % c;
      int j = output / c % columns();
      int i = output / c / columns() % rows();
      int image = output / c / columns() / rows();
      List<Integer> places = new ArrayList<>();
      for (int u = 0; u < window.height(); u++) {
        for (int v = 0; v < window.width(); v++) {
          long row = i * window.strideHeight() - window.paddingHeight() + u;
          long column = j * window.strideWidth() - window.paddingWidth() + v;
          if (0 <= row && row < h && 0 <= column && column < w) {
            places.add((int) (((image * h + row) * w + column) * c + channel));
          }
        }
      }
      return places.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static float[] run(Subject on, PoolFunction function, Problem p, float[] x) {
    Tensor y = p.pooled(on, null);
    on.device().pool(new Pool(function, p.window, p.images(on, x), y));
    return y.toArray();
  }

  private static float[] runGradient(
      Subject on, PoolFunction function, Problem p, float[] x, float[] dY) {
    Tensor dX = p.images(on, null);
    Tensor pooled = function == PoolFunction.MAX ? p.images(on, x) : null;
    on.device().poolGradient(new PoolGradient(function, p.window, pooled, p.pooled(on, dY), dX));
    return dX.toArray();
  }

  /** The first NaN of those places, or else the first of the largest. */
  private static int largest(float[] x, int[] places) {
    for (int place : places) {
      if (Float.isNaN(x[place])) {
        return place;
      }
    }
    int best = places[0];
    for (int place : places) {
      best = x[place] > x[best] ? place : best;
    }
    return best;
  }

  private static void checkMax(Subject on, Problem p, float[] x, float[] dY) {
    float[] y = new float[p.outputs()];
    double[] dX = new double[x.length];
    double[] tolerance = new double[x.length];
    for (int output = 0; output < y.length; output++) {
      int place = largest(x, p.seen(output));
      y[output] = x[place];
      dX[place] += dY[output];
    }
    double[] size = new double[x.length];
    double[] windows = new double[x.length];
    for (int output = 0; output < y.length; output++) {
      int[] seen = p.seen(output);
      size[largest(x, seen)] += Math.abs(dY[output]);
      for (int place : seen) {
        windows[place]++;
      }
    }
    // One window only: exact, a sum of one.
    Arrays.setAll(tolerance, i -> windows[i] < 2 ? 0 : windows[i] * EPS * size[i]);
    Accuracy.assertExact("max of " + p, y, run(on, PoolFunction.MAX, p, x));
    Accuracy.assertWithin(
        "gradient of the max of " + p, dX, tolerance, runGradient(on, PoolFunction.MAX, p, x, dY));
    on.nextCase();
  }

  private static void checkAverage(Subject on, Problem p, float[] x, float[] dY) {
    double[] y = new double[p.outputs()];
    double[] tolerance = new double[y.length];
    double[] dX = new double[x.length];
    double[] size = new double[x.length];
    double[] windows = new double[x.length];
    for (int output = 0; output < y.length; output++) {
      int[] seen = p.seen(output);
      for (int place : seen) {
        y[output] += x[place] / (double) seen.length;
        tolerance[output] += (seen.length + 1) * EPS * Math.abs(x[place]) / seen.length;
        dX[place] += dY[output] / (double) seen.length;
        size[place] += Math.abs(dY[output]) / (double) seen.length;
        windows[place]++;
      }
    }
    Accuracy.assertWithin("average of " + p, y, tolerance, run(on, PoolFunction.AVERAGE, p, x));
    double[] ofGradient = new double[x.length];
    Arrays.setAll(ofGradient, i -> (windows[i] + 1) * EPS * size[i]);
    Accuracy.assertWithin(
        "gradient of the average of " + p,
        dX,
        ofGradient,
        runGradient(on, PoolFunction.AVERAGE, p, x, dY));
    on.nextCase();
  }

  private static void check(Subject on, Problem p) {
    checkMax(on, p, on.signed(p.size()), on.signed(p.outputs()));
    // Whole numbers: many windows have several largest elements.
    checkMax(on, p, on.wholes(p.size()), on.signed(p.outputs()));
    checkAverage(on, p, on.signed(p.size()), on.signed(p.outputs()));
  }

  @EachBackend
  void windowsOfEveryKind(Subject on) {
    for (Window window : WINDOWS) {
      check(on, new Problem(window, 2, 7, 9, 3));
      check(on, new Problem(window, 1, 8, 6, 5));
    }
  }

  /** Vectors are 16, 8 and 4 long. */
  @EachBackend
  void channelsAroundTheVectors(Subject on) {
    for (int c : new int[] {1, 3, 4, 5, 8, 9, 15, 16, 17, 32, 35}) {
      check(on, new Problem(Window.of(3, 2).stride(2, 2).padding(1, 1), 2, 6, 5, c));
    }
  }

  @EachBackend
  void wholeImagesAndWindowsLargerThanThem(Subject on) {
    check(on, new Problem(Window.of(6, 7), 3, 6, 7, 18)); // global pooling
    check(on, new Problem(Window.of(1, 1), 2, 1, 1, 3));
    check(on, new Problem(Window.of(5, 7).padding(2, 3), 2, 1, 1, 3));
    check(on, new Problem(Window.of(7, 5).stride(2, 2).padding(6, 3), 2, 2, 3, 2));
  }

  @EachBackend
  void severalTasks(Subject on) {
    check(on, new Problem(Window.of(2, 2).stride(2, 2), 5, 30, 31, 20));
    check(on, new Problem(Window.of(2, 2).stride(2, 2), 2, 8, 6, 20));
    check(on, new Problem(Window.of(3, 3).stride(3, 3).padding(1, 1), 2, 8, 10, 20));
    check(on, new Problem(Window.of(3, 3).stride(2, 2).padding(1, 1), 1, 33, 30, 70));
  }

  @EachBackend
  void emptySizes(Subject on) {
    for (int[] s : new int[][] {{0, 3}, {2, 0}}) {
      check(on, new Problem(Window.of(2, 2), s[0], 5, 5, s[1]));
    }
  }

  @EachBackend
  void nanAndInfinity(Subject on) {
    for (Window window : WINDOWS) {
      Problem p = new Problem(window, 2, 7, 8, 5);
      float[] x = on.signed(p.size());
      for (int i = 0; i < x.length; i += 3) {
        x[i] = i % 2 == 0 ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
      }
      checkMax(on, p, x, on.signed(p.outputs()));
      for (int i = 0; i < x.length; i += 11) {
        x[i] = Float.NaN; // several in a window: the first inherits
      }
      checkMax(on, p, x, on.signed(p.outputs()));
      float[] allSmall = new float[p.size()];
      Arrays.fill(allSmall, Float.NEGATIVE_INFINITY);
      checkMax(on, p, allSmall, on.signed(p.outputs()));
      float[] dY = on.signed(p.outputs());
      dY[dY.length / 2] = Float.NaN; // reaches its heirs only
      checkMax(on, p, on.signed(p.size()), dY);
      float[] one = on.signed(p.size());
      one[one.length / 2] = Float.NaN;
      checkAverage(on, p, one, dY);
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Problem p = new Problem(Window.of(3, 3).stride(2, 2).padding(1, 1), 3, 25, 24, 40);
    float[] x = on.signed(p.size());
    float[] dY = on.signed(p.outputs());
    for (PoolFunction function : PoolFunction.values()) {
      Determinism.check(on, function + " of " + p, () -> run(on, function, p, x));
      Determinism.check(
          on, "gradient of " + function + " of " + p, () -> runGradient(on, function, p, x, dY));
    }
  }

  @Test
  void everyMismatchIsNamed() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Tensor x = on.tensor(2, 8, 9, 4);
      assertMessage(
          "pool: padding of 2 rows is not less than the window's 2; y is 2x4x4x5, not 2x6x4x4",
          () ->
              new Pool(
                  PoolFunction.MAX,
                  Window.of(2, 2).stride(2, 2).padding(2, 0),
                  x,
                  on.tensor(2, 4, 4, 5)));
      assertMessage(
          "poolGradient: x must be null for AVERAGE and given for MAX; function is AVERAGE; x is"
              + " 2x8x9x4, not 2x9x8x4; dY is 2x8x9x4, not 2x1x1x4",
          () ->
              new PoolGradient(
                  PoolFunction.AVERAGE,
                  Window.of(9, 8),
                  x,
                  on.tensor(2, 8, 9, 4),
                  on.tensor(2, 9, 8, 4)));
      assertMessage(
          "pool: x is 2x0x9x4: its images have no elements; the window of 2x2 does not fit x,"
              + " 2x0x9x4, padded to 0x9",
          () -> new Pool(PoolFunction.MAX, Window.of(2, 2), on.tensor(2, 0, 9, 4), x));
      assertMessage(
          "pool: y and x share memory", () -> new Pool(PoolFunction.MAX, Window.of(1, 1), x, x));
    }
  }

  private static void assertMessage(String message, Runnable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making::run).getMessage());
  }
}
