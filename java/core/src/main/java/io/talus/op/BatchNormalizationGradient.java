package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link BatchNormalization}. With {@code z = (x - mean) inverseDeviation}:
 *
 * <pre>
 * dZ[r, c]  = dY[r, c] activation'(y[r, c])
 * dShift[c] = sum over rows of dZ[r, c]
 * dScale[c] = sum over rows of dZ[r, c] z[r, c]
 * dX[r, c]  = scale[c] inverseDeviation[c] (dZ[r, c] - dShift[c] / rows - z[r, c] dScale[c] / rows)
 * </pre>
 *
 * <p><b>Shapes.</b> dY, y, x and dX are rows x columns, rows at least 1; the others have {@code
 * columns} values.
 *
 * <p><b>Edge cases.</b> The product with the derivative is IEEE's: an infinite or NaN dY gives NaN
 * where it is 0. A NaN or infinity spoils its own column alone.
 *
 * <p><b>Aliasing.</b> dX may be dY; apart from that no output shares memory with anything.
 *
 * <p><b>Accuracy.</b> With D the mean of |dZ| and E that of |dZ z|: dShift within 48 eps rows D,
 * dScale within 56 eps rows E and what the error of z makes; dX within 64 eps |scale|
 * inverseDeviation (|dZ| + D + |z| E), taken for the mean and inverseDeviation given.
 *
 * <p><b>Cost.</b> Two reads of dY, y and x, and one write; about 12 flops an element.
 *
 * @param y what the way forward wrote; null for IDENTITY
 */
public record BatchNormalizationGradient(
    Activation activation,
    Tensor dY,
    Tensor y,
    Tensor x,
    Tensor scale,
    Tensor mean,
    Tensor inverseDeviation,
    Tensor dX,
    Tensor dScale,
    Tensor dShift)
    implements Op {

  public BatchNormalizationGradient {
    long rows = x.rows();
    long columns = x.columns();
    Check.of("batchNormalizationGradient")
        .together(dY, y, x, scale, mean, inverseDeviation, dX, dScale, dShift)
        .that(rows > 0, "x is %s: there are no rows", x.shape())
        .that(!activation.needsInput(), "the activation cannot be %s", activation)
        .that(
            (y == null) == (activation == Activation.IDENTITY),
            "y must be null for IDENTITY and given for all others; activation is %s",
            activation)
        .matrix(dY, "dY", rows, columns)
        .matrix(y, "y", rows, columns)
        .matrix(dX, "dX", rows, columns)
        .size(scale, "scale", columns)
        .size(mean, "mean", columns)
        .size(inverseDeviation, "inverseDeviation", columns)
        .size(dScale, "dScale", columns)
        .size(dShift, "dShift", columns)
        .sameOrApart(dX, "dX", dY, "dY")
        .apart(dX, "dX", x, "x")
        .apart(dX, "dX", y, "y")
        .apart(dX, "dX", scale, "scale")
        .apart(dX, "dX", mean, "mean")
        .apart(dX, "dX", inverseDeviation, "inverseDeviation")
        .apart(dScale, "dScale", dX, "dX")
        .apart(dShift, "dShift", dX, "dX")
        .apart(dScale, "dScale", dShift, "dShift")
        .apart(dScale, "dScale", scale, "scale")
        .apart(dShift, "dShift", scale, "scale")
        .orThrow();
  }

  @Override
  public String name() {
    return "batchNormalizationGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dY);
    Check.visit(y, action);
    action.accept(x);
    action.accept(scale);
    action.accept(mean);
    action.accept(inverseDeviation);
    action.accept(dX);
    action.accept(dScale);
    action.accept(dShift);
  }

  @Override
  public long flops() {
    return 12 * x.size();
  }

  @Override
  public long bytes() {
    return (y == null ? 5 : 7) * x.bytes();
  }
}
