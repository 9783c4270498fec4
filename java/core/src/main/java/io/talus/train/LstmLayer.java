package io.talus.train;

import io.talus.op.LstmCell;
import io.talus.tensor.Shape;
import java.util.List;

/**
 * A long short-term memory over sequences. With i, f, g, o a fourth each of {@code z_t = x_t W +
 * h_(t-1) U + b}:
 *
 * <pre>
 * c_t = sigmoid(f) c_(t-1) + sigmoid(i) tanh(g)
 * h_t = sigmoid(o) tanh(c_t)
 * </pre>
 *
 * <p>W, features x 4 units, and U, units x 4 units, are drawn uniformly within Glorot's limits of
 * the whole matrices. b begins at 0, but at 1 for the forget gates, so that a network remembers
 * before it has learned what to forget (Jozefowicz, Zaremba and Sutskever, 2015).
 *
 * @param input steps x features
 * @see LstmCell
 */
public record LstmLayer(Shape input, int units, boolean givesSequence) implements RecurrentLayer {
  private static final int GATES = 4;

  public LstmLayer {
    Sequences.requireValid("lstm", input, units);
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
        new Parameter("bias", Shape.of(width), false, Initializer.FORGET_ONE));
  }

  /** In each step a bias for each gate of a unit, and 9 for a unit as {@link LstmCell#flops}. */
  @Override
  public long otherFlops() {
    return (9L + GATES) * steps() * units;
  }

  @Override
  public String describe() {
    return Sequences.describe("lstm", this);
  }
}
