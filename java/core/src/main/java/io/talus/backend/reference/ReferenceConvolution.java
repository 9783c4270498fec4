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
  private final int groups;
  private final int channelsOfGroup;
  private final int columns;
  private final int columnsOfGroup;
  private final long outputHeight;
  private final long outputWidth;
  private final long outputs;

  private ReferenceConvolution(Window window, int groups, Tensor x, Tensor y) {
    this.window = window;
    this.groups = groups;
    this.x = Floats.of(x);
    height = x.shape().length(1);
    width = x.shape().length(2);
    channels = Floats.length(x.columns());
    channelsOfGroup = channels / groups;
    columns = Floats.length(y.columns());
    columnsOfGroup = columns / groups;
    outputHeight = y.shape().length(1);
    outputWidth = y.shape().length(2);
    outputs = y.rows();
  }

  /** Called for an output's row in y and a place of its window: the rows of x and of w there. */
  private interface Place {
    /**
     * @param rowOfX where the place is in the image; -1 in the padding
     * @param rowOfW the first of w's rows for that place, one for each channel of a group
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
            (u * window.width() + v) * channelsOfGroup);
      }
    }
  }

  static void run(Convolution op) {
    if (op.w().columns() > 0) {
      new ReferenceConvolution(op.window(), op.groups(), op.x(), op.y()).forward(op);
    }
  }

  private void forward(Convolution op) {
    Floats w = Floats.of(op.w());
    float[] rowOfW = new float[columns];
    double[] sums = new double[columns];
    for (long output = 0; output < outputs; output++) {
      Arrays.fill(sums, 0);
      eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < channelsOfGroup; c++) {
              w.readRow(firstRowOfW + c, rowOfW);
              for (int group = 0; group < groups; group++) {
                double value = valueOfX(rowOfX, group, c);
                for (int o = first(group); o < first(group + 1); o++) {
                  sums[o] += value * rowOfW[o];
                }
              }
            }
          });
      ReferenceGemm.finishRow(op.epilogue(), op.y(), output, sums);
    }
  }

  /** Channel c of a group; 0 in the padding. */
  private double valueOfX(long rowOfX, int group, int c) {
    return rowOfX < 0 ? 0 : x.get(rowOfX, group * channelsOfGroup + c);
  }

  /** The first output of a group. */
  private int first(int group) {
    return group * columnsOfGroup;
  }

  static void run(ConvolutionInputGradient op) {
    double[] sums = new double[Floats.length(op.dX().size())];
    if (op.w().columns() > 0) {
      new ReferenceConvolution(op.window(), op.groups(), op.dX(), op.dY()).addInput(op, sums);
    }
    write(Floats.of(op.dX()), sums);
  }

  private void addInput(ConvolutionInputGradient op, double[] sums) {
    Floats w = Floats.of(op.w());
    Floats dY = Floats.of(op.dY());
    float[] rowOfW = new float[columns];
    for (long output = 0; output < outputs; output++) {
      float[] rowOfDy = dY.row(output);
      eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < channelsOfGroup && rowOfX >= 0; c++) {
              w.readRow(firstRowOfW + c, rowOfW);
              for (int group = 0; group < groups; group++) {
                double sum = 0;
                for (int o = first(group); o < first(group + 1); o++) {
                  sum += (double) rowOfDy[o] * rowOfW[o];
                }
                sums[Floats.length(rowOfX * channels + group * channelsOfGroup + c)] += sum;
              }
            }
          });
    }
  }

  static void run(ConvolutionWeightGradient op) {
    double[] sums = new double[Floats.length(op.dW().size())];
    if (op.dW().columns() > 0) {
      new ReferenceConvolution(op.window(), op.groups(), op.x(), op.dY()).addWeight(op, sums);
    }
    write(Floats.of(op.dW()), sums);
  }

  private void addWeight(ConvolutionWeightGradient op, double[] sums) {
    Floats dY = Floats.of(op.dY());
    for (long output = 0; output < outputs; output++) {
      float[] rowOfDy = dY.row(output);
      eachPlace(
          output,
          (rowOfX, firstRowOfW) -> {
            for (int c = 0; c < channelsOfGroup; c++) {
              int at = (int) (firstRowOfW + c) * columns;
              for (int group = 0; group < groups; group++) {
                double value = valueOfX(rowOfX, group, c);
                for (int o = first(group); o < first(group + 1); o++) {
                  sums[at + o] += value * rowOfDy[o];
                }
              }
            }
          });
    }
  }

  private static void write(Floats to, double[] values) {
    for (int i = 0; i < values.length; i++) {
      to.set(i, values[i]);
    }
  }
}
