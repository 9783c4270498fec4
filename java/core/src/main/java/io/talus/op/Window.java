package io.talus.op;

import io.talus.tensor.Tensor;

/**
 * The window that a convolution or a pooling slides over images: its size, its steps, and the
 * border of padding on both sides of each axis.
 *
 * <p>Output (i, j) sees rows {@code i strideHeight - paddingHeight} up to, not including, that plus
 * {@code height}, and columns likewise; an axis of n elements gives {@code floor((n + 2 padding -
 * size) / stride) + 1} of them.
 *
 * @throws IllegalArgumentException unless sizes and strides are at least 1 and paddings at least 0
 */
public record Window(
    long height,
    long width,
    long strideHeight,
    long strideWidth,
    long paddingHeight,
    long paddingWidth) {

  public Window {
    Check.of("window")
        .that(height > 0 && width > 0, "size is %sx%s, must be at least 1x1", height, width)
        .that(
            strideHeight > 0 && strideWidth > 0,
            "stride is %sx%s, must be at least 1x1",
            strideHeight,
            strideWidth)
        .that(
            paddingHeight >= 0 && paddingWidth >= 0,
            "padding is %sx%s, cannot be negative",
            paddingHeight,
            paddingWidth)
        .orThrow();
  }

  /** A window that moves by one element, without padding. */
  public static Window of(long height, long width) {
    return new Window(height, width, 1, 1, 0, 0);
  }

  /** The same window with other steps. */
  public Window stride(long ofRows, long ofColumns) {
    return new Window(height, width, ofRows, ofColumns, paddingHeight, paddingWidth);
  }

  /** The same window with another border. */
  public Window padding(long ofRows, long ofColumns) {
    return new Window(height, width, strideHeight, strideWidth, ofRows, ofColumns);
  }

  /** Rows of the output for images of so many rows, which the window must fit. */
  public long outputHeight(long rows) {
    return (rows + 2 * paddingHeight - height) / strideHeight + 1;
  }

  /** Columns of the output for images of so many columns, which the window must fit. */
  public long outputWidth(long columns) {
    return (columns + 2 * paddingWidth - width) / strideWidth + 1;
  }

  /** Notes a fault unless y is images x output height x output width x channels for images x. */
  void check(Check check, Tensor x, String xName, Tensor y, String yName, long channels) {
    long rows = x.shape().length(1);
    long columns = x.shape().length(2);
    boolean fits = rows + 2 * paddingHeight >= height && columns + 2 * paddingWidth >= width;
    check.that(
        fits,
        "the window of %sx%s does not fit %s, %s, padded to %sx%s",
        height,
        width,
        xName,
        x.shape(),
        rows + 2 * paddingHeight,
        columns + 2 * paddingWidth);
    if (fits) {
      check.shape(
          y, yName, x.shape().length(0), outputHeight(rows), outputWidth(columns), channels);
    }
  }
}
