package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The backward half of {@link Epilogue}: {@code dX = dY * activation'(.)} and {@code dBias =
 * betaBias dBias + column sums of dX}, in one pass.
 *
 * <p><b>Shapes.</b> dY, saved and dX are rows x columns; dBias has {@code columns} values.
 *
 * <p>{@code saved} is the activation's output for RELU, TANH and SIGMOID, its input (preActivation)
 * for GELU, and null for IDENTITY.
 *
 * <p><b>Edge cases.</b> betaBias = 0: dBias is not read. No rows: dBias = betaBias dBias. The
 * product is IEEE's: an infinite or NaN dY gives NaN where the derivative is 0.
 *
 * <p><b>Aliasing.</b> dX may be dY or saved; dBias shares no memory with the others.
 *
 * <p><b>Accuracy.</b> dX within 8 eps relative, plus 4 eps of |dY| for GELU; column sums: tolerance
 * rows + 8.
 *
 * <p><b>Cost.</b> About 4 flops an element; two reads and one write.
 *
 * @param dBias or null
 */
public record ActivationGradient(
    Activation activation, Tensor dY, Tensor saved, Tensor dX, float betaBias, Tensor dBias)
    implements Op {

  public ActivationGradient {
    Check.of("activationGradient")
        .together(dY, saved, dX, dBias)
        .that(
            (saved == null) == (activation == Activation.IDENTITY),
            "saved must be null for IDENTITY and given for all others; activation is %s",
            activation)
        .matrix(saved, "saved", dY.rows(), dY.columns())
        .matrix(dX, "dX", dY.rows(), dY.columns())
        .size(dBias, "dBias", dY.columns())
        .sameOrApart(dX, "dX", dY, "dY")
        .sameOrApart(dX, "dX", saved, "saved")
        .apart(dBias, "dBias", dY, "dY")
        .apart(dBias, "dBias", saved, "saved")
        .apart(dBias, "dBias", dX, "dX")
        .orThrow();
  }

  @Override
  public String name() {
    return "activationGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dY);
    action.accept(dX);
    Check.visit(saved, action);
    Check.visit(dBias, action);
  }

  @Override
  public long flops() {
    return 4 * dY.size();
  }

  @Override
  public long bytes() {
    return (saved == null ? 2 : 3) * dY.bytes() + (dBias == null ? 0 : dBias.bytes());
  }
}
