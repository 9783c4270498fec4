package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The convolution of images: {@code y[n, i, j, o] = activation(sum over u, v, c of x[n, i
 * strideHeight - paddingHeight + u, j strideWidth - paddingWidth + v, c] w[u, v, c, o] + bias[o])},
 * where x beyond the image is 0. Like every framework's it does not flip the weights: a
 * cross-correlation.
 *
 * <p>So it is the matrix product of the patches, (images, output height, output width) x (height,
 * width, channels), and w seen as a matrix.
 *
 * <p><b>Groups.</b> Channels and outputs may be dealt into groups, as many of each in every one, in
 * order: outputs then see the channels of their own group alone, {@code channels / groups} of them,
 * and c counts within the group. With as many groups as channels each channel is by itself
 * (depthwise).
 *
 * <p><b>Shapes.</b> x is images x height x width x channels; w is window height x window width x
 * {@code channels / groups} x outputs; y and preActivation are images x {@link Window#outputHeight}
 * x {@link Window#outputWidth} x outputs; bias has {@code outputs} values. The window fits the
 * padded image.
 *
 * <p><b>Edge cases.</b> No images: nothing happens. No channels: y = activation(bias). Padding
 * counts like zeros in an image: times a NaN or infinite weight it is NaN.
 *
 * <p><b>Aliasing.</b> y and preActivation share no memory with each other or with any input.
 *
 * <p><b>Accuracy.</b> float32 accumulation in a fixed order; tolerance height width channels /
 * groups + 4, plus 4 eps of the activation.
 *
 * <p><b>Cost.</b> 2 flops for each output element and each weight of its output channel, padding
 * included.
 *
 * <p><b>Source.</b> LeCun et al., Backpropagation applied to handwritten zip code recognition,
 * 1989; as a matrix product: Chellapilla, Puri and Simard, 2006; groups: Krizhevsky, Sutskever and
 * Hinton, ImageNet classification with deep convolutional neural networks, 2012.
 *
 * @param groups that divide channels and outputs; 1 where every output sees all channels
 * @param epilogue bias, activation and preActivation, as {@link Gemm} has them
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record Convolution(
    Window window, int groups, Tensor x, Tensor w, Tensor y, Epilogue epilogue) implements Op {

  public Convolution {
    Tensor bias = epilogue.bias();
    Tensor pre = epilogue.preActivation();
    ConvolutionShape.check(
            Check.of("convolution").together(x, w, y, bias, pre),
            window,
            groups,
            x,
            "x",
            w,
            "w",
            y,
            "y")
        .matrix(pre, "preActivation", y.rows(), y.columns())
        .size(bias, "bias", w.columns())
        .apart(y, "y", x, "x")
        .apart(y, "y", w, "w")
        .apart(y, "y", bias, "bias")
        .apart(pre, "preActivation", x, "x")
        .apart(pre, "preActivation", w, "w")
        .apart(pre, "preActivation", y, "y")
        .apart(pre, "preActivation", bias, "bias")
        .orThrow();
  }

  /** In one group. */
  public Convolution(Window window, Tensor x, Tensor w, Tensor y, Epilogue epilogue) {
    this(window, 1, x, w, y, epilogue);
  }

  /** The convolution alone. */
  public Convolution(Window window, Tensor x, Tensor w, Tensor y) {
    this(window, x, w, y, Epilogue.NONE);
  }

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(w);
    action.accept(y);
    Check.visit(epilogue.bias(), action);
    Check.visit(epilogue.preActivation(), action);
  }

  @Override
  public long flops() {
    return ConvolutionShape.flops(w, y);
  }

  @Override
  public long bytes() {
    return ConvolutionShape.bytes(x, w, y);
  }
}
