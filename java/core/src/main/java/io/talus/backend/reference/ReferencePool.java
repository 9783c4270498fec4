package io.talus.backend.reference;

import io.talus.op.Pool;
import io.talus.op.PoolFunction;
import io.talus.op.PoolGradient;
import io.talus.op.Window;
import io.talus.tensor.Tensor;

/** The largest or the average of each window, and what it hands down. */
final class ReferencePool {
  private final Window window;
  private final long height;
  private final long width;
  private final long channels;
  private final long outputHeight;
  private final long outputWidth;

  private ReferencePool(Window window, Tensor x, Tensor y) {
    this.window = window;
    height = x.shape().length(1);
    width = x.shape().length(2);
    channels = x.columns();
    outputHeight = y.shape().length(1);
    outputWidth = y.shape().length(2);
  }

  /** The elements that output {@code i} sees, counted from x's first, in reading order. */
  private long[] elements(long i) {
    long channel = i % channels;
    long output = i / channels;
    long image = output / outputWidth / outputHeight;
    long top = output / outputWidth % outputHeight * window.strideHeight() - window.paddingHeight();
    long left = output % outputWidth * window.strideWidth() - window.paddingWidth();
    long fromRow = Math.max(0, top);
    long toRow = Math.min(height, top + window.height());
    long fromColumn = Math.max(0, left);
    long toColumn = Math.min(width, left + window.width());
    long[] elements = new long[Floats.length((toRow - fromRow) * (toColumn - fromColumn))];
    int count = 0;
    for (long row = fromRow; row < toRow; row++) {
      for (long column = fromColumn; column < toColumn; column++) {
        elements[count++] = ((image * height + row) * width + column) * channels + channel;
      }
    }
    return elements;
  }

  static void run(Pool op) {
    ReferencePool windows = new ReferencePool(op.window(), op.x(), op.y());
    Floats x = Floats.of(op.x());
    Floats y = Floats.of(op.y());
    for (long i = 0; i < op.y().size(); i++) {
      long[] elements = windows.elements(i);
      y.set(
          i,
          op.function() == PoolFunction.MAX
              ? x.get(elements[largest(x, elements)])
              : sum(x, elements) / elements.length);
    }
  }

  static void run(PoolGradient op) {
    ReferencePool windows = new ReferencePool(op.window(), op.dX(), op.dY());
    Floats x = Floats.of(op.x());
    Floats dY = Floats.of(op.dY());
    double[] sums = new double[Floats.length(op.dX().size())];
    for (long i = 0; i < op.dY().size(); i++) {
      long[] elements = windows.elements(i);
      if (op.function() == PoolFunction.MAX) {
        sums[(int) elements[largest(x, elements)]] += dY.get(i);
      } else {
        for (long element : elements) {
          sums[(int) element] += (double) dY.get(i) / elements.length;
        }
      }
    }
    Floats dX = Floats.of(op.dX());
    for (int i = 0; i < sums.length; i++) {
      dX.set(i, sums[i]);
    }
  }

  /** The first NaN, or else the first of the largest. */
  private static int largest(Floats x, long[] elements) {
    int best = 0;
    for (int i = 0; i < elements.length; i++) {
      float value = x.get(elements[i]);
      if (Float.isNaN(value)) {
        return i;
      }
      if (value > x.get(elements[best])) {
        best = i;
      }
    }
    return best;
  }

  private static double sum(Floats x, long[] elements) {
    double sum = 0;
    for (long element : elements) {
      sum += x.get(element);
    }
    return sum;
  }
}
