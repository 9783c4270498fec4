package io.talus.train;

import io.talus.op.Activation;
import io.talus.op.Convolution;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * A convolution of images, height x width x channels: {@code y = activation(x * W + b)}.
 *
 * @param filters channels of what goes out
 * @param groups into which channels and filters are dealt, apart from each other; 1 for none
 * @param initializer how W is drawn; b begins at 0
 * @see Convolution
 */
public record ConvolutionLayer(
    Shape input,
    Window window,
    int filters,
    int groups,
    Activation activation,
    Initializer initializer)
    implements Layer {

  /** The place of W, height x width x channels of a group x filters, among {@link #parameters}. */
  static final int WEIGHT = 0;

  /** The place of b among {@link #parameters}. */
  static final int BIAS = 1;

  public ConvolutionLayer {
    if (filters <= 0) {
      throw new IllegalArgumentException("convolution: " + filters + " filters; must be positive");
    }
    Images.requireFits("convolution", input, window);
    if (groups <= 0 || input.columns() % groups != 0 || filters % groups != 0) {
      throw new IllegalArgumentException(
          "convolution: "
              + groups
              + " groups do not divide "
              + input.columns()
              + " channels and "
              + filters
              + " filters");
    }
  }

  /** With the initializer that suits the activation; without one, batch norm and RELU follow. */
  public ConvolutionLayer(
      Shape input, Window window, int filters, int groups, Activation activation) {
    this(
        input,
        window,
        filters,
        groups,
        activation,
        activation == Activation.IDENTITY ? Initializer.HE_NORMAL : Initializer.of(activation));
  }

  /** The channels that a filter sees. */
  public long channelsOfGroup() {
    return input.columns() / groups;
  }

  @Override
  public Shape output() {
    return Images.output(input, window, filters);
  }

  @Override
  public List<Parameter> parameters() {
    Shape weights = Shape.of(window.height(), window.width(), channelsOfGroup(), filters);
    return List.of(
        new Parameter("weight", weights, true, initializer),
        new Parameter("bias", Shape.of(filters), false, Initializer.ZERO));
  }

  @Override
  public long flops() {
    return 2 * output().size() * window.height() * window.width() * channelsOfGroup();
  }

  /** A bias and an activation for each output. */
  @Override
  public long otherFlops() {
    return (activation == Activation.IDENTITY ? 1 : 2) * output().size();
  }

  @Override
  public String describe() {
    String text =
        String.format(
            Locale.ROOT,
            "convolution %s%s of %s to %s",
            Images.describe(window),
            groups == 1 ? "" : " in " + groups + " groups",
            input,
            output());
    return activation == Activation.IDENTITY
        ? text
        : text + ", " + activation.name().toLowerCase(Locale.ROOT);
  }
}
