package io.talus.train;

import io.talus.op.Activation;
import io.talus.op.BatchNormalization;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;

/**
 * Batch normalization of each of the innermost axis's features: by the batch's own mean and
 * deviation while training, by their running values at inference.
 *
 * @param input what comes in for each example, and goes out
 * @param activation of what goes out; not GELU
 * @param epsilon added to the variance
 * @param momentum how much of the running values a batch replaces
 * @see BatchNormalization
 */
public record BatchNormLayer(Shape input, Activation activation, float epsilon, float momentum)
    implements Layer {
  static final float EPSILON = 1e-5f;
  static final float MOMENTUM = 0.1f;

  // Places among the parameters.
  static final int SCALE = 0;
  static final int SHIFT = 1;
  static final int RUNNING_MEAN = 2;
  static final int RUNNING_VARIANCE = 3;

  public BatchNormLayer {
    if (activation.needsInput() || !(epsilon > 0) || !(momentum >= 0 && momentum <= 1)) {
      throw new IllegalArgumentException(
          "batch normalization: activation "
              + activation
              + " cannot be GELU, epsilon "
              + epsilon
              + " must be above 0, momentum "
              + momentum
              + " in [0, 1]");
    }
  }

  /** With an epsilon of 1e-5 and a momentum of 0.1. */
  public BatchNormLayer(Shape input, Activation activation) {
    this(input, activation, EPSILON, MOMENTUM);
  }

  /** What has a mean of its own. */
  long features() {
    return input.columns();
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public List<Parameter> parameters() {
    Shape shape = Shape.of(features());
    return List.of(
        new Parameter("scale", shape, false, Initializer.ONE),
        new Parameter("shift", shape, false, Initializer.ZERO),
        Parameter.untrained("running_mean", shape, Initializer.ZERO),
        Parameter.untrained("running_variance", shape, Initializer.ONE));
  }

  @Override
  public long flops() {
    return 0;
  }

  /** A factor and a sum for each value, and an activation. */
  @Override
  public long otherFlops() {
    return (activation == Activation.IDENTITY ? 2 : 3) * input.size();
  }

  @Override
  public String describe() {
    return activation == Activation.IDENTITY
        ? "batch norm"
        : "batch norm, " + activation.name().toLowerCase(Locale.ROOT);
  }
}
