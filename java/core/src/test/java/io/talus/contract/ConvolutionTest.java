package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Convolution}, {@link ConvolutionInputGradient} and {@link ConvolutionWeightGradient}. */
class ConvolutionTest {

  /** One shape: images n x h x w x c, and o outputs, in g groups. */
  private record Problem(Window window, int n, int h, int w, int c, int o, int g) {
    Problem(Window window, int n, int h, int w, int c, int o) {
      this(window, n, h, w, c, o, 1);
    }

    int rows() {
      return (int) window.outputHeight(h);
    }

    int columns() {
      return (int) window.outputWidth(w);
    }

    int outputs() {
      return n * rows() * columns();
    }

    int channelsOfGroup() {
      return c / g;
    }

    /** What an output sees. */
    int patch() {
      return (int) (window.height() * window.width()) * channelsOfGroup();
    }

    float[] x(Subject on) {
      return on.signed((long) n * h * w * c);
    }

    float[] weights(Subject on) {
      return on.signed((long) patch() * o);
    }

    float[] y(Subject on) {
      return on.signed((long) outputs() * o);
    }

    Tensor x(Subject on, float[] values) {
      return values == null ? on.out(n, h, w, c) : on.in(values, n, h, w, c);
    }

    Tensor weights(Subject on, float[] values) {
      long[] shape = {window.height(), window.width(), channelsOfGroup(), o};
      return values == null ? on.out(shape) : on.in(values, shape);
    }

    Tensor y(Subject on, float[] values) {
      long[] shape = {n, rows(), columns(), o};
      return values == null ? on.out(shape) : on.in(values, shape);
    }

    /**
     * Where element {@code element} of patch {@code patch} of the first group lies in x; -1 in the
     * padding. Written as the Javadoc's formula, index by index.
     */
    int place(int patch, int element) {
      int seen = channelsOfGroup();
      int image = patch / (rows() * columns());
      int i = patch / columns() % rows();
      int j = patch % columns();
      int u = element / seen / (int) window.width();
      int v = element / seen % (int) window.width();
      int row = i * (int) window.strideHeight() - (int) window.paddingHeight() + u;
      int column = j * (int) window.strideWidth() - (int) window.paddingWidth() + v;
      boolean inside = 0 <= row && row < h && 0 <= column && column < w;
      return inside ? ((image * h + row) * w + column) * c + element % seen : -1;
    }

    /** How much further on the channels of an output's group lie. */
    int further(int output) {
      return output / (o / g) * channelsOfGroup();
    }
  }

  /** A sum of products in double, and the sum of their absolute values. */
  private static final class Sums {
    final double[] of;
    final double[] sizes;

    Sums(int count) {
      of = new double[count];
      sizes = new double[count];
    }

    void add(int at, double product) {
      of[at] += product;
      sizes[at] += Math.abs(product);
    }

    double[] tolerance(int terms) {
      return Arrays.stream(sizes).map(size -> (terms + 4) * EPS * size).toArray();
    }
  }

  private static Sums forward(Problem p, float[] x, float[] w, float[] bias) {
    Sums sums = new Sums(p.outputs() * p.o);
    for (int output = 0; output < p.outputs(); output++) {
      for (int element = 0; element < p.patch(); element++) {
        int place = p.place(output, element);
        for (int o = 0; o < p.o; o++) {
          double value = place < 0 ? 0.0 : x[place + p.further(o)];
          sums.add(output * p.o + o, value * w[element * p.o + o]);
        }
      }
      for (int o = 0; o < p.o && bias != null; o++) {
        sums.add(output * p.o + o, bias[o]);
      }
    }
    return sums;
  }

  private static float[] run(Subject on, Problem p, float[] x, float[] w) {
    Tensor y = p.y(on, null);
    Tensor inX = p.x(on, x);
    on.device()
        .convolution(new Convolution(p.window, p.g, inX, p.weights(on, w), y, Epilogue.NONE));
    return y.toArray();
  }

  private static float[] runInputGradient(Subject on, Problem p, float[] dY, float[] w) {
    Tensor dX = p.x(on, null);
    on.device()
        .convolutionInputGradient(
            new ConvolutionInputGradient(p.window, p.g, p.y(on, dY), p.weights(on, w), dX));
    return dX.toArray();
  }

  private static float[] runWeightGradient(Subject on, Problem p, float[] x, float[] dY) {
    Tensor dW = p.weights(on, null);
    on.device()
        .convolutionWeightGradient(
            new ConvolutionWeightGradient(p.window, p.g, p.x(on, x), p.y(on, dY), dW));
    return dW.toArray();
  }

  /** Compares all three with sums in double. */
  private static void check(Subject on, Problem p) {
    float[] x = p.x(on);
    float[] w = p.weights(on);
    float[] dY = p.y(on);
    Sums y = forward(p, x, w, null);
    Accuracy.assertWithin("y of " + p, y.of, y.tolerance(p.patch()), run(on, p, x, w));
    Sums dX = new Sums(x.length);
    Sums dW = new Sums(w.length);
    for (int output = 0; output < p.outputs(); output++) {
      for (int element = 0; element < p.patch(); element++) {
        int place = p.place(output, element);
        for (int o = 0; o < p.o && place >= 0; o++) {
          int at = place + p.further(o);
          dX.add(at, (double) dY[output * p.o + o] * w[element * p.o + o]);
          dW.add(element * p.o + o, (double) dY[output * p.o + o] * x[at]);
        }
      }
    }
    Accuracy.assertWithin(
        "dX of " + p,
        dX.of,
        dX.tolerance((int) (p.window.height() * p.window.width()) * p.o / p.g),
        runInputGradient(on, p, dY, w));
    Accuracy.assertWithin(
        "dW of " + p, dW.of, dW.tolerance(p.outputs()), runWeightGradient(on, p, x, dY));
    on.nextCase();
  }

  private static List<Window> windows() {
    return List.of(
        Window.of(1, 1),
        Window.of(3, 3),
        Window.of(3, 3).padding(1, 1),
        Window.of(2, 3).padding(0, 2),
        Window.of(5, 1).stride(1, 2).padding(2, 0),
        Window.of(3, 3).stride(2, 2).padding(1, 1),
        Window.of(2, 2).stride(3, 2),
        Window.of(1, 1).stride(2, 3).padding(1, 0),
        Window.of(4, 5).stride(3, 2).padding(3, 1),
        Window.of(7, 7).stride(2, 2).padding(3, 3),
        Window.of(3, 2).padding(4, 3), // a border that whole windows lie in
        Window.of(2, 2).stride(4, 5).padding(5, 5));
  }

  @EachBackend
  void windowsOfEveryKind(Subject on) {
    for (Window window : windows()) {
      for (int[] image : new int[][] {{7, 9}, {8, 6}}) {
        check(on, new Problem(window, 2, image[0], image[1], 3, 5));
      }
    }
  }

  /** Channels, outputs and groups: two, three with two channels and one output each, depthwise. */
  @EachBackend
  void groupsWithWindowsOfEveryKind(Subject on) {
    for (Window window : windows()) {
      for (int[] sizes : new int[][] {{10, 6, 2}, {6, 3, 3}, {5, 5, 5}}) {
        check(on, new Problem(window, 2, 7, 9, sizes[0], sizes[1], sizes[2]));
      }
    }
  }

  /** Groups that begin within a vector or a pack of four, and fill tiles or do not. */
  @EachBackend
  void groupsAroundEveryPath(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    for (Window window : List.of(same, same.stride(2, 2), Window.of(1, 1))) {
      check(on, new Problem(window, 2, 9, 8, 64, 128, 2)); // all aligned
      check(on, new Problem(window, 1, 9, 8, 51, 99, 3));
      check(on, new Problem(window, 1, 6, 5, 34, 70, 2));
      check(on, new Problem(window, 1, 6, 5, 16, 48, 16)); // three outputs a channel
      check(on, new Problem(window, 1, 6, 5, 36, 4, 4)); // one output of nine channels
    }
    check(on, new Problem(same, 3, 31, 17, 8, 8, 8)); // several blocks and chunks, across
    check(on, new Problem(same.stride(2, 2), 3, 31, 18, 12, 6, 2));
    check(on, new Problem(same, 1, 9, 9, 140, 40, 2)); // sums of more than are done in one go
  }

  @EachBackend
  void windowsLargerThanTheImage(Subject on) {
    check(on, new Problem(Window.of(5, 7).padding(2, 3), 3, 1, 1, 2, 3));
    check(on, new Problem(Window.of(5, 5).padding(4, 4), 2, 2, 3, 1, 4));
    check(on, new Problem(Window.of(9, 3).stride(3, 2).padding(4, 1), 1, 3, 5, 2, 2));
    check(on, new Problem(Window.of(6, 6), 2, 6, 6, 3, 2)); // exactly as large
  }

  /** Tiles are 14x32, 6x16 and 4x8; a row of an image may end within one. */
  @EachBackend
  void channelsAroundTheTiles(Subject on) {
    Window window = Window.of(3, 3).padding(1, 1);
    for (int c : new int[] {1, 2, 4, 15, 16, 17, 33}) {
      for (int o : new int[] {1, 8, 15, 32, 35}) {
        check(on, new Problem(window, 1, 5, 6, c, o));
      }
    }
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    check(on, new Problem(same, 1, 9, 9, 70, 20)); // sums of more than are done in one go
    check(on, new Problem(same, 3, 31, 17, 4, 6)); // several blocks and chunks
    check(on, new Problem(same.stride(2, 2), 3, 31, 18, 4, 6));
    check(on, new Problem(Window.of(5, 5).padding(2, 2), 2, 28, 28, 1, 32));
    check(on, new Problem(Window.of(1, 1), 2, 13, 11, 40, 70));
    check(on, new Problem(Window.of(2, 2), 2, 4, 4, 256, 130)); // patches 4 KiB apart
    check(on, new Problem(Window.of(1, 1), 1, 5, 4, 1024, 9));
  }

  /** Wide images are read by lines, with zeros around them; an image may be several blocks. */
  @EachBackend
  void linesOfWideImages(Subject on) {
    Window same = Window.of(3, 3).padding(1, 1);
    check(on, new Problem(same, 2, 5, 14, 32, 33));
    check(on, new Problem(same, 1, 30, 13, 33, 5)); // several blocks
    check(on, new Problem(same, 2, 21, 14, 32, 15)); // dW too
    check(on, new Problem(same.stride(2, 1), 1, 27, 12, 64, 10, 2));
    check(on, new Problem(same, 1, 2, 130, 35, 4)); // a block of one line
    check(on, new Problem(same, 2, 4, 11, 66, 6, 2));
    check(on, new Problem(Window.of(3, 3), 1, 6, 12, 40, 3));
    check(on, new Problem(same.stride(2, 2), 2, 9, 23, 34, 50)); // dX: two taps of 50 a line
    check(on, new Problem(Window.of(2, 5).stride(3, 1).padding(4, 6), 1, 3, 4, 20, 20)); // borders
    check(
        on, new Problem(Window.of(2, 9).stride(3, 1), 1, 4, 20, 20, 20)); // dX: a phase of no taps
    check(on, new Problem(Window.of(1, 3).padding(0, 1), 1, 3, 10, 1024, 4)); // places 4 KiB apart
  }

  @EachBackend
  void emptySizes(Subject on) {
    Window window = Window.of(3, 3).padding(1, 1);
    check(on, new Problem(window, 0, 5, 5, 3, 4)); // dW = 0
    check(on, new Problem(window, 2, 5, 5, 0, 4)); // y = 0
    check(on, new Problem(window, 2, 5, 5, 3, 0)); // dX = 0
    check(on, new Problem(window.stride(2, 2), 0, 5, 5, 3, 4));
    check(on, new Problem(Window.of(1, 1), 0, 5, 5, 3, 4));
    check(on, new Problem(window, 0, 5, 5, 4, 6, 2));
    check(on, new Problem(window, 2, 5, 5, 0, 4, 2));
  }

  @EachBackend
  void everyEpilogue(Subject on) {
    Window window = Window.of(3, 2).stride(1, 2).padding(1, 0);
    everyEpilogue(on, new Problem(window, 2, 9, 10, 7, 37));
    everyEpilogue(on, new Problem(window, 1, 5, 6, 6, 9, 3));
  }

  private static void everyEpilogue(Subject on, Problem p) {
    for (Activation activation : Activation.values()) {
      for (boolean preActivation : new boolean[] {false, true}) {
        float[] x = p.x(on);
        float[] w = p.weights(on);
        float[] bias = on.signed(p.o);
        Sums sums = forward(p, x, w, bias);
        double[] tolerance = sums.tolerance(p.patch());
        double[] y = new double[sums.of.length];
        double[] ofY = new double[y.length];
        for (int i = 0; i < y.length; i++) {
          y[i] = Exact.activate(activation, sums.of[i]);
          ofY[i] =
              Exact.steepness(activation) * tolerance[i]
                  + Exact.activationTolerance(activation, sums.of[i]);
        }
        Tensor pre = preActivation ? p.y(on, null) : null;
        Convolution op =
            new Convolution(
                p.window,
                p.g,
                p.x(on, x),
                p.weights(on, w),
                p.y(on, null),
                new Epilogue(on.in(bias, p.o), activation, pre));
        on.device().convolution(op);
        Accuracy.assertWithin("y with " + activation, y, ofY, op.y().toArray());
        if (pre != null) {
          Accuracy.assertWithin("preActivation", sums.of, tolerance, pre.toArray());
        }
        on.nextCase();
      }
    }
  }

  @EachBackend
  void nanStaysWhereItsWindowsAre(Subject on) {
    for (Window window :
        List.of(Window.of(1, 1), Window.of(3, 3).padding(1, 1), Window.of(3, 2).stride(2, 2))) {
      Problem p = new Problem(window, 2, 8, 9, 5, 18);
      float[] x = p.x(on);
      float[] w = p.weights(on);
      float[] dY = p.y(on);
      int inX = ((8 + 4) * 9 + 4) * 5 + 2;
      x[inX] = Float.NaN;
      int inDy = p.outputs() / 2 * p.o + 7;
      dY[inDy] = Float.POSITIVE_INFINITY;
      float[] y = run(on, p, x, w);
      boolean[] sees = new boolean[p.outputs()];
      for (int output = 0; output < p.outputs(); output++) {
        for (int element = 0; element < p.patch(); element++) {
          sees[output] |= p.place(output, element) == inX;
        }
      }
      for (int i = 0; i < y.length; i++) {
        assertEquals(sees[i / p.o], Float.isNaN(y[i]), "y " + i + " of " + p);
      }
      float[] dW = runWeightGradient(on, p, p.x(on), dY);
      for (int i = 0; i < dW.length; i++) {
        assertEquals(i % p.o == 7, !Float.isFinite(dW[i]), "dW " + i + " of " + p);
      }
      float[] dX = runInputGradient(on, p, dY, w);
      boolean[] reached = new boolean[x.length];
      for (int element = 0; element < p.patch(); element++) {
        int place = p.place(inDy / p.o, element);
        if (place >= 0) {
          reached[place] = true;
        }
      }
      for (int i = 0; i < dX.length; i++) {
        assertEquals(reached[i], !Float.isFinite(dX[i]), "dX " + i + " of " + p);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void nanStaysInItsGroup(Subject on) {
    for (Window window : List.of(Window.of(1, 1), Window.of(3, 3), Window.of(2, 2).stride(2, 2))) {
      Problem p = new Problem(window, 1, 3, 4, 6, 4, 2);
      float[] x = p.x(on);
      float[] dY = p.y(on);
      for (int place = 0; place < 3 * 4; place++) {
        x[place * 6 + 4] = Float.NaN;
      }
      for (int output = 0; output < p.outputs(); output++) {
        dY[output * 4 + 1] = Float.NaN;
      }
      float[] y = run(on, p, x, p.weights(on));
      for (int i = 0; i < y.length; i++) {
        assertEquals(i % 4 >= 2, Float.isNaN(y[i]), "y " + i + " of " + p);
      }
      float[] dW = runWeightGradient(on, p, x, dY);
      for (int i = 0; i < dW.length; i++) {
        boolean meets = i % 4 == 1 || i % 4 >= 2 && i / 4 % 3 == 1;
        assertEquals(meets, Float.isNaN(dW[i]), "dW " + i + " of " + p);
      }
      float[] dX = runInputGradient(on, p, dY, p.weights(on));
      for (int i = 0; i < dX.length; i++) {
        boolean isSeen = window.height() != 2 || i / 6 < 2 * 4;
        assertEquals(isSeen && i % 6 < 3, Float.isNaN(dX[i]), "dX " + i + " of " + p);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void aNanWeightReachesPaddingToo(Subject on) {
    Problem p = new Problem(Window.of(3, 3).padding(1, 1), 1, 4, 5, 2, 3);
    float[] w = p.weights(on);
    w[1] = Float.NaN; // of the first place of the window, for output 1
    float[] y = run(on, p, p.x(on), w);
    float[] dX = runInputGradient(on, p, p.y(on), w);
    for (int i = 0; i < y.length; i++) {
      assertEquals(i % 3 == 1, Float.isNaN(y[i]), "y " + i);
    }
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 4; column++) {
        assertTrue(Float.isNaN(dX[(row * 5 + column) * 2]), "dX at " + row + ", " + column);
        assertTrue(Float.isFinite(dX[(row * 5 + column) * 2 + 1]), "dX of the other channel");
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    List<Problem> problems =
        List.of(
            new Problem(Window.of(3, 3).padding(1, 1), 3, 20, 20, 8, 40),
            new Problem(Window.of(5, 5).stride(2, 2).padding(2, 2), 4, 17, 19, 3, 33),
            new Problem(Window.of(1, 1), 5, 20, 20, 33, 65),
            new Problem(Window.of(3, 3).padding(1, 1), 3, 20, 20, 12, 36, 3));
    for (Problem p : problems) {
      float[] x = p.x(on);
      float[] w = p.weights(on);
      float[] dY = p.y(on);
      Determinism.check(on, "y of " + p, () -> run(on, p, x, w));
      Determinism.check(on, "dX of " + p, () -> runInputGradient(on, p, dY, w));
      Determinism.check(on, "dW of " + p, () -> runWeightGradient(on, p, x, dY));
      on.nextCase();
    }
  }

  @Test
  void everyMismatchIsNamed() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Window window = Window.of(3, 3).stride(2, 2).padding(1, 1);
      Tensor x = on.tensor(2, 8, 9, 4);
      Tensor w = on.tensor(3, 3, 5, 6);
      Epilogue epilogue = Epilogue.bias(on.tensor(4));
      assertMessage(
          "convolution: w is 3x3x5x6, not 3x3x4x6; y is 2x8x9x6, not 2x4x5x6; bias has 4 elements,"
              + " not 6",
          () -> new Convolution(window, x, w, on.tensor(2, 8, 9, 6), epilogue));
      assertMessage(
          "convolution: x is 2x288, not images x height x width x channels",
          () -> new Convolution(window, x.reshape(2, 288), w, on.tensor(2, 4, 5, 6)));
      assertMessage(
          "convolutionInputGradient: the window of 3x3 does not fit dX, 1x2x3x1, padded to 2x3",
          () ->
              new ConvolutionInputGradient(
                  Window.of(3, 3),
                  on.tensor(1, 1, 1, 1),
                  on.tensor(3, 3, 1, 1),
                  on.tensor(1, 2, 3, 1)));
      assertMessage(
          "convolutionWeightGradient: dW is 3x3x5x6, not 3x3x4x6; dY is 2x4x5x7, not 2x4x5x6",
          () -> new ConvolutionWeightGradient(window, x, on.tensor(2, 4, 5, 7), w));
      assertMessage(
          "convolution: w is 3x3x5x6, not 3x3x2x6",
          () -> new Convolution(window, 2, x, w, on.tensor(2, 4, 5, 6), Epilogue.NONE));
      assertMessage(
          "convolutionInputGradient: 3 groups do not divide 4 channels and 6 outputs",
          () -> new ConvolutionInputGradient(window, 3, on.tensor(2, 4, 5, 6), w, x));
      assertMessage(
          "convolutionWeightGradient: there are 0 groups, must be at least 1",
          () -> new ConvolutionWeightGradient(window, 0, x, on.tensor(2, 4, 5, 6), w));
      assertMessage(
          "window: size is 0x3, must be at least 1x1; stride is 1x0, must be at least 1x1; padding"
              + " is -1x0, cannot be negative",
          () -> new Window(0, 3, 1, 0, -1, 0));
    }
  }

  @Test
  void sharedMemoryIsRefused() {
    try (Workspace on = Subject.usable().get(0).device().workspace()) {
      Window window = Window.of(1, 1);
      Tensor x = on.tensor(1, 2, 2, 1);
      Tensor w = on.tensor(1, 1, 1, 1);
      assertMessage("convolution: y and x share memory", () -> new Convolution(window, x, w, x));
      assertMessage(
          "convolutionInputGradient: dX and dY share memory",
          () -> new ConvolutionInputGradient(window, x, w, x));
    }
  }

  private static void assertMessage(String message, Runnable making) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, making::run).getMessage());
  }
}
