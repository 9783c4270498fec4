package io.talus.train;

import io.talus.op.LayerNormalization;
import io.talus.tensor.Shape;
import java.util.List;

/**
 * Layer normalization: the features of the innermost axis by their own mean and deviation, in each
 * example and at each place apart, then a gain and a bias for each feature. The same while training
 * and at inference.
 *
 * @param input what comes in for each example, and goes out
 * @param epsilon added to the variance
 * @see LayerNormalization
 */
public record LayerNormLayer(Shape input, float epsilon) implements Layer {
  static final float EPSILON = 1e-5f;

  // Places among the parameters.
  static final int SCALE = 0;
  static final int SHIFT = 1;

  public LayerNormLayer {
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException(
          "layer normalization: epsilon " + epsilon + " must be above 0");
    }
  }

  /** With an epsilon of 1e-5. */
  public LayerNormLayer(Shape input) {
    this(input, EPSILON);
  }

  /** What is normalized together. */
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
        new Parameter("shift", shape, false, Initializer.ZERO));
  }

  @Override
  public long flops() {
    return 0;
  }

  /** Eight for each value, as {@link LayerNormalization#flops}. */
  @Override
  public long otherFlops() {
    return 8 * input.size();
  }

  @Override
  public String describe() {
    return "layer norm";
  }
}
