package io.talus.train;

import io.talus.op.GruCell;
import io.talus.tensor.Shape;
import java.util.List;

/**
 * A gated recurrent unit over sequences. With r, z, n a third each of {@code p_t = x_t W + b} and
 * {@code q_t = h_(t-1) U + d}:
 *
 * <pre>
 * r_t = sigmoid(p_r + q_r);  z_t = sigmoid(p_z + q_z);  n_t = tanh(p_n + r_t q_n)
 * h_t = (1 - z_t) n_t + z_t h_(t-1)
 * </pre>
 *
 * <p>W, features x 3 units, and U, units x 3 units, are drawn uniformly within Glorot's limits of
 * the whole matrices; b and d begin at 0.
 *
 * @param input steps x features
 * @see GruCell
 */
public record GruLayer(Shape input, int units, boolean givesSequence) implements RecurrentLayer {
  private static final int GATES = 3;

  public GruLayer {
    Sequences.requireValid("gru", input, units);
  }

  @Override
  public int gates() {
    return GATES;
  }

  @Override
  public List<Parameter> parameters() {
    long width = (long) GATES * units;
    return List.of(
        new Parameter("weight", Shape.of(features(), width), true, Initializer.GLOROT_UNIFORM),
        new Parameter("recurrent_weight", Shape.of(units, width), true, Initializer.GLOROT_UNIFORM),
        new Parameter("bias", Shape.of(width), false, Initializer.ZERO),
        new Parameter("recurrent_bias", Shape.of(width), false, Initializer.ZERO));
  }

  /**
   * In each step two biases for each gate of a unit, and 11 for a unit as {@link GruCell#flops}.
   */
  @Override
  public long otherFlops() {
    return (11L + 2 * GATES) * steps() * units;
  }

  @Override
  public String describe() {
    return Sequences.describe("gru", this);
  }
}
