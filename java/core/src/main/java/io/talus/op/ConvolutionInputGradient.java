package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of a {@link Convolution} with respect to its images: {@code dX[n, r, s, c] = sum
 * over o and over all (i, j) and (u, v) with i strideHeight - paddingHeight + u = r and j
 * strideWidth - paddingWidth + v = s of dY[n, i, j, o] w[u, v, c, o]}; dY is with respect to what
 * the activation is applied to. With groups, o are the outputs of the channel's own, and w's c
 * counts within it.
 *
 * <p><b>Shapes.</b> As those of the convolution, dX in the place of x and dY in that of y.
 *
 * <p><b>Edge cases.</b> No images: nothing happens. No outputs, or an element that no window sees:
 * dX = 0. Where a weight is NaN or infinite, elements that this weight does not meet because they
 * are too near to the border may be NaN as well.
 *
 * <p><b>Aliasing.</b> dX shares no memory with dY or w.
 *
 * <p><b>Accuracy.</b> float32 accumulation in a fixed order; tolerance height width outputs /
 * groups + 4.
 *
 * <p><b>Cost.</b> As the convolution.
 *
 * @param groups as the convolution has them
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record ConvolutionInputGradient(Window window, int groups, Tensor dY, Tensor w, Tensor dX)
    implements Op {

  public ConvolutionInputGradient {
    ConvolutionShape.check(
            Check.of("convolutionInputGradient").together(dY, w, dX),
            window,
            groups,
            dX,
            "dX",
            w,
            "w",
            dY,
            "dY")
        .apart(dX, "dX", dY, "dY")
        .apart(dX, "dX", w, "w")
        .orThrow();
  }

  /** In one group. */
  public ConvolutionInputGradient(Window window, Tensor dY, Tensor w, Tensor dX) {
    this(window, 1, dY, w, dX);
  }

  @Override
  public String name() {
    return "convolutionInputGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dY);
    action.accept(w);
    action.accept(dX);
  }

  @Override
  public long flops() {
    return ConvolutionShape.flops(w, dY);
  }

  @Override
  public long bytes() {
    return ConvolutionShape.bytes(dX, w, dY);
  }
}
