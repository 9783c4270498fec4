package io.talus.backend.reference;

import io.talus.op.Convolution;
import io.talus.op.ConvolutionInputGradient;
import io.talus.op.ConvolutionWeightGradient;
import io.talus.op.Window;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** Convolution of images, and its gradients, one window after another. */
final class ReferenceConvolution {
  private final Window window;
  private final Floats x;
  private final long height;
  private final long width;
  private final int channels;
  private final long outputHeight;
  private final long outputWidth;
  private final long outputs;

  private ReferenceConvolution(Window window, Tensor x, Tensor y) {
    this.window = window;
    this.x = Floats.of(x);
    height = x.shape().length(1);
    width = x.shape().length(2);
    channels = Floats.length(x.columns());
    outputHeight = y.shape().length(1);
    outputWidth = y.shape().length(2);
    outputs = y.rows();
  }

  /** Called for an output's row in y and a place of its window: the rows of x and of w there. */
  private interface Place {
    /**
     * @param rowOfX where the place is in the image; -1 in the padding
     * @param rowOfW the first of w's rows for that place, one for each channel
     */
    void visit(long rowOfX, long rowOfW);
  }

  private void eachPlace(long output, Place place) {
    long top = output / outputWidth % outputHeight * window.strideHeight() - window.paddingHeight();
    long left = output % outputWidth * window.strideWidth() - window.paddingWidth();
    long image = output / outputWidth / outputHeight;
    for (long u = 0; u < window.height(); u++) {
      for (long v = 0; v < window.width(); v++) {
        long row = top + u;
        long column = left + v;
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        place.visit(
            inside ? (image * height + row) * width + column : -1,
            (u * window.width() + v) * channels);
      }
    }
  }

  static void run(Convolution op) {
    if (op.w().columns() > 0) {
      new ReferenceConvolution(op.window(), op.x(), op.y()).forward(op);
    }
  }

  private void forward(Convolution op) {
    Floats w = Floats.of(op.w());
    float[] rowOfW = new float[Floats.length(op.w().columns())];
    double[] sums = new double[rowOfW.length];
    for (long output = 0; output < outputs; output++) {
      Arrays.fill(sums, 0);
      eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < channels; c++) {
              double value = rowOfX < 0 ? 0 : x.get(rowOfX, c);
              w.readRow(firstRowOfW + c, rowOfW);
              for (int o = 0; o < sums.length; o++) {
                sums[o] += value * rowOfW[o];
              }
            }
          });
      ReferenceGemm.finishRow(op.epilogue(), op.y(), output, sums);
    }
  }

  static void run(ConvolutionInputGradient op) {
    Floats dX = Floats.of(op.dX());
    Floats w = Floats.of(op.w());
    Floats dY = Floats.of(op.dY());
    double[] sums = new double[Floats.length(op.dX().size())];
    ReferenceConvolution places = new ReferenceConvolution(op.window(), op.dX(), op.dY());
    float[] rowOfW = new float[Floats.length(op.w().columns())];
    for (long output = 0; output < places.outputs && rowOfW.length > 0; output++) {
      float[] rowOfDy = dY.row(output);
      places.eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < places.channels && rowOfX >= 0; c++) {
              w.readRow(firstRowOfW + c, rowOfW);
              sums[Floats.length(rowOfX * places.channels + c)] +=
                  ReferenceGemm.dot(rowOfDy, rowOfW);
            }
          });
    }
    write(dX, sums);
  }

  static void run(ConvolutionWeightGradient op) {
    int outputsOfW = Floats.length(op.dW().columns());
    Floats dY = Floats.of(op.dY());
    double[] sums = new double[Floats.length(op.dW().size())];
    ReferenceConvolution places = new ReferenceConvolution(op.window(), op.x(), op.dY());
    for (long output = 0; output < places.outputs && outputsOfW > 0; output++) {
      float[] rowOfDy = dY.row(output);
      places.eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < places.channels; c++) {
              double value = rowOfX < 0 ? 0 : places.x.get(rowOfX, c);
              int at = (int) (firstRowOfW + c) * outputsOfW;
              for (int o = 0; o < outputsOfW; o++) {
                sums[at + o] += value * rowOfDy[o];
              }
            }
          });
    }
    write(Floats.of(op.dW()), sums);
  }

  private static void write(Floats to, double[] values) {
    for (int i = 0; i < values.length; i++) {
      to.set(i, values[i]);
    }
  }
}
