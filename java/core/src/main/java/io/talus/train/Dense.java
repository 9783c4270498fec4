package io.talus.train;

import io.talus.op.Activation;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * A fully connected layer: {@code y = activation(x W + b)}, with W of inputs x outputs.
 *
 * @param initializer how W is drawn; b begins at 0
 */
public record Dense(int inputs, int outputs, Activation activation, Initializer initializer)
    implements Layer {

  /** The place of W among {@link #parameters}. */
  static final int WEIGHT = 0;

  /** The place of b among {@link #parameters}. */
  static final int BIAS = 1;

  public Dense {
    if (inputs <= 0 || outputs <= 0) {
      throw new IllegalArgumentException(
          "dense: " + inputs + " inputs and " + outputs + " outputs; both must be positive");
    }
  }

  /** With the initializer that suits the activation. */
  public Dense(int inputs, int outputs, Activation activation) {
    this(inputs, outputs, activation, Initializer.of(activation));
  }

  @Override
  public Shape input() {
    return Shape.of(inputs);
  }

  @Override
  public Shape output() {
    return Shape.of(outputs);
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("weight", Shape.of(inputs, outputs), true, initializer),
        new Parameter("bias", Shape.of(outputs), false, Initializer.ZERO));
  }

  @Override
  public long flops() {
    return 2L * inputs * outputs;
  }

  /** A bias and an activation for each output. */
  @Override
  public long otherFlops() {
    return (activation == Activation.IDENTITY ? 1L : 2L) * outputs;
  }

  @Override
  public String describe() {
    String text = "dense " + inputs + " to " + outputs;
    return activation == Activation.IDENTITY
        ? text
        : text + ", " + activation.name().toLowerCase(Locale.ROOT);
  }
}
