package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of a {@link Convolution} with respect to its weights: {@code dW[u, v, c, o] = sum
 * over n, i, j of x[n, i strideHeight - paddingHeight + u, j strideWidth - paddingWidth + v, c]
 * dY[n, i, j, o]}, where x beyond the image is 0; dY is with respect to what the activation is
 * applied to. With groups, c of dW counts within that of o. The gradient of the bias are dY's
 * column sums: {@link ActivationGradient} or {@link Reduce}.
 *
 * <p><b>Shapes.</b> As those of the convolution, dW in the place of w and dY in that of y.
 *
 * <p><b>Edge cases.</b> No images: dW = 0. Padding counts like zeros in an image: times a NaN or
 * infinite dY it is NaN.
 *
 * <p><b>Aliasing.</b> dW shares no memory with x or dY.
 *
 * <p><b>Accuracy.</b> float32 accumulation in a fixed order; tolerance images, output height and
 * output width multiplied + 4.
 *
 * <p><b>Cost.</b> As the convolution.
 *
 * @param groups as the convolution has them
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record ConvolutionWeightGradient(Window window, int groups, Tensor x, Tensor dY, Tensor dW)
    implements Op {

  public ConvolutionWeightGradient {
    ConvolutionShape.check(
            Check.of("convolutionWeightGradient").together(x, dY, dW),
            window,
            groups,
            x,
            "x",
            dW,
            "dW",
            dY,
            "dY")
        .apart(dW, "dW", x, "x")
        .apart(dW, "dW", dY, "dY")
        .orThrow();
  }

  /** In one group. */
  public ConvolutionWeightGradient(Window window, Tensor x, Tensor dY, Tensor dW) {
    this(window, 1, x, dY, dW);
  }

  @Override
  public String name() {
    return "convolutionWeightGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(dY);
    action.accept(dW);
  }

  @Override
  public long flops() {
    return ConvolutionShape.flops(dW, dY);
  }

  @Override
  public long bytes() {
    return ConvolutionShape.bytes(x, dW, dY);
  }
}
