package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;

import io.talus.op.Activation;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** A convolution of images n x h x w x c to o outputs, in g groups, and its sums in double. */
record ConvolutionProblem(Window window, int n, int h, int w, int c, int o, int g) {
  ConvolutionProblem(Window window, int n, int h, int w, int c, int o) {
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

  private static Sums forward(ConvolutionProblem p, float[] x, float[] w, float[] bias) {
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

  static float[] run(Subject on, ConvolutionProblem p, float[] x, float[] w) {
    Tensor y = p.y(on, null);
    Tensor inX = p.x(on, x);
    on.device()
        .convolution(new Convolution(p.window, p.g, inX, p.weights(on, w), y, Epilogue.NONE));
    return y.toArray();
  }

  static float[] runInputGradient(Subject on, ConvolutionProblem p, float[] dY, float[] w) {
    Tensor dX = p.x(on, null);
    on.device()
        .convolutionInputGradient(
            new ConvolutionInputGradient(p.window, p.g, p.y(on, dY), p.weights(on, w), dX));
    return dX.toArray();
  }

  static float[] runWeightGradient(Subject on, ConvolutionProblem p, float[] x, float[] dY) {
    Tensor dW = p.weights(on, null);
    on.device()
        .convolutionWeightGradient(
            new ConvolutionWeightGradient(p.window, p.g, p.x(on, x), p.y(on, dY), dW));
    return dW.toArray();
  }

  /** Compares all three with sums in double. */
  static void check(Subject on, ConvolutionProblem p) {
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

  /** Of every kind. */
  static List<Window> windows() {
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

  /** Compares y and preActivation of every activation. */
  static void checkEpilogues(Subject on, ConvolutionProblem p) {
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

  /** The same bits again, and on any number of threads. */
  static void checkDeterminism(Subject on, ConvolutionProblem p) {
    float[] x = p.x(on);
    float[] w = p.weights(on);
    float[] dY = p.y(on);
    Determinism.check(on, "y of " + p, () -> run(on, p, x, w));
    Determinism.check(on, "dX of " + p, () -> runInputGradient(on, p, dY, w));
    Determinism.check(on, "dW of " + p, () -> runWeightGradient(on, p, x, dY));
    on.nextCase();
  }
}
