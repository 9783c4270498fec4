package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Epilogue;
import io.talus.op.Window;
import io.talus.tensor.Tensor;

/**
 * Convolutions that keep the size of images, by images x size x channels x window x outputs, such
 * as {@code layer-64x32x64x3x64}; bias and ReLU are fused in.
 */
public final class ConvolutionWork {
  private static final int SAMPLES = 64;

  private ConvolutionWork() {}

  /**
   * Makes a work.
   *
   * @param kind {@code convolution}, {@code convolution-input-gradient} or {@code
   *     convolution-weight-gradient}
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    Workspace workspace = device.workspace();
    long images = shape.size(0);
    long size = shape.size(1);
    long channels = shape.size(2);
    long side = shape.size(3);
    long outputs = shape.size(4);
    Window window = Window.of(side, side).padding(side / 2, side / 2);
    long after = window.outputHeight(size);
    Tensor x = Numbers.signed(workspace.tensor(images, size, size, channels), 1);
    Tensor w = Numbers.signed(workspace.tensor(side, side, channels, outputs), 2);
    Tensor y = Numbers.signed(workspace.tensor(images, after, after, outputs), 3);
    switch (kind) {
      case "convolution" -> {
        Tensor bias = Numbers.signed(workspace.tensor(outputs), 4);
        Convolution op = new Convolution(window, x, w, y, Epilogue.bias(bias, Activation.RELU));
        return new Work(workspace, op, () -> device.convolution(op), () -> check(op));
      }
      case "convolution-input-gradient" -> {
        ConvolutionInputGradient op = new ConvolutionInputGradient(window, y, w, x);
        return new Work(workspace, op, () -> device.convolutionInputGradient(op), () -> check(op));
      }
      case "convolution-weight-gradient" -> {
        ConvolutionWeightGradient op = new ConvolutionWeightGradient(window, x, y, w);
        return new Work(workspace, op, () -> device.convolutionWeightGradient(op), () -> check(op));
      }
      default -> throw new IllegalArgumentException("there is no convolution '" + kind + "'");
    }
  }

  /** Where output place (i, j) of an image sees its row and column, or outside. */
  private static boolean isInside(Tensor x, long row, long column) {
    return row >= 0 && row < x.shape().length(1) && column >= 0 && column < x.shape().length(2);
  }

  private static void check(Convolution op) {
    Tensor x = op.x();
    Tensor w = op.w();
    Window window = op.window();
    for (long sample : Answer.samples(SAMPLES, op.y().size())) {
      long[] at = index(op.y(), sample);
      double sum = op.epilogue().bias().get(at[3]);
      double magnitude = Math.abs(sum);
      for (long u = 0; u < window.height(); u++) {
        for (long v = 0; v < window.width(); v++) {
          long row = at[1] - window.paddingHeight() + u;
          long column = at[2] - window.paddingWidth() + v;
          for (long c = 0; c < x.columns() && isInside(x, row, column); c++) {
            double product = (double) x.get(at[0], row, column, c) * w.get(u, v, c, at[3]);
            sum += product;
            magnitude += Math.abs(product);
          }
        }
      }
      near(Math.max(0, sum), magnitude, w.rows(), op.y(), at, "convolution's y");
    }
  }

  private static void check(ConvolutionInputGradient op) {
    Tensor dY = op.dY();
    Window window = op.window();
    for (long sample : Answer.samples(SAMPLES, op.dX().size())) {
      long[] at = index(op.dX(), sample);
      double sum = 0;
      double magnitude = 0;
      for (long u = 0; u < window.height(); u++) {
        for (long v = 0; v < window.width(); v++) {
          long i = at[1] + window.paddingHeight() - u;
          long j = at[2] + window.paddingWidth() - v;
          for (long o = 0; o < dY.columns() && isInside(dY, i, j); o++) {
            double product = (double) dY.get(at[0], i, j, o) * op.w().get(u, v, at[3], o);
            sum += product;
            magnitude += Math.abs(product);
          }
        }
      }
      long terms = window.height() * window.width() * dY.columns();
      near(sum, magnitude, terms, op.dX(), at, "convolution's dX");
    }
  }

  private static void check(ConvolutionWeightGradient op) {
    float[] x = op.x().toArray();
    float[] dY = op.dY().toArray();
    for (long sample : Answer.samples(SAMPLES / 4, op.dW().size())) {
      long[] at = index(op.dW(), sample);
      double sum = 0;
      double magnitude = 0;
      for (long output = 0; output < op.dY().rows(); output++) {
        long[] place = index(op.dY(), output * op.dY().columns());
        long row = place[1] - op.window().paddingHeight() + at[0];
        long column = place[2] - op.window().paddingWidth() + at[1];
        if (isInside(op.x(), row, column)) {
          long line = place[0] * op.x().shape().length(1) + row;
          long pixel = line * op.x().shape().length(2) + column;
          double product =
              (double) x[(int) (pixel * op.x().columns() + at[2])]
                  * dY[(int) (output * op.dY().columns() + at[3])];
          sum += product;
          magnitude += Math.abs(product);
        }
      }
      near(sum, magnitude, op.dY().rows(), op.dW(), at, "convolution's dW");
    }
  }

  private static void near(
      double expected, double magnitude, long terms, Tensor actual, long[] at, String what) {
    double tolerance = (terms + 8) * Answer.EPSILON * magnitude;
    Answer.near(expected, actual.get(at), tolerance, what, at);
  }

  private static long[] index(Tensor tensor, long element) {
    long[] at = new long[4];
    for (int axis = 3; axis >= 0; axis--) {
      at[axis] = element % tensor.shape().length(axis);
      element /= tensor.shape().length(axis);
    }
    return at;
  }
}
