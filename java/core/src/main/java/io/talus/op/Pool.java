package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The largest, or the average, of what a window sees of an image, each channel by itself: {@code
 * y[n, i, j, c] = function of x[n, i strideHeight - paddingHeight + u, j strideWidth - paddingWidth
 * + v, c]} over those u < height and v < width for which that lies in the image. Padding only moves
 * the windows: it is no element.
 *
 * <p>A window as large as the images makes it global pooling.
 *
 * <p><b>Shapes.</b> x is images x height x width x channels; y is images x {@link
 * Window#outputHeight} x {@link Window#outputWidth} x channels. The window fits the padded image,
 * and the padding of an axis is less than the window's size, so that every window sees something.
 *
 * <p><b>Edge cases.</b> No images or no channels: nothing happens. A NaN makes every window that
 * sees it NaN; 0 and -0 are equal, and either may be the largest.
 *
 * <p><b>Aliasing.</b> y shares no memory with x.
 *
 * <p><b>Accuracy.</b> MAX: exact. AVERAGE: float32 accumulation in reading order; tolerance height
 * width + 1 for windows of that size, of the sum of absolute values divided by their number.
 *
 * <p><b>Cost.</b> One flop for each output element and place of the window.
 *
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record Pool(PoolFunction function, Window window, Tensor x, Tensor y) implements Op {

  public Pool {
    check(Check.of("pool").together(x, y), window, x, "x", y, "y").apart(y, "y", x, "x").orThrow();
  }

  /** Notes what does not fit; x and y stand for their gradients too, under the names given. */
  static Check check(Check check, Window window, Tensor x, String xName, Tensor y, String yName) {
    check
        .that(
            window.paddingHeight() < window.height(),
            "padding of %s rows is not less than the window's %s",
            window.paddingHeight(),
            window.height())
        .that(
            window.paddingWidth() < window.width(),
            "padding of %s columns is not less than the window's %s",
            window.paddingWidth(),
            window.width());
    if (check.isImages(x, xName) & check.isImages(y, yName)) {
      check.that(
          x.shape().length(1) > 0 && x.shape().length(2) > 0,
          "%s is %s: its images have no elements",
          xName,
          x.shape());
      window.check(check, x, xName, y, yName, x.columns());
    }
    return check;
  }

  @Override
  public String name() {
    return "pool";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return y.size() * window.height() * window.width();
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
