package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link LayerNormalization}. With {@code z = (x - mean) inverseDeviation} and
 * {@code g = dY scale}:
 *
 * <pre>
 * dShift[c] = sum over rows of dY[r, c]
 * dScale[c] = sum over rows of dY[r, c] z[r, c]
 * dX[r, c]  = inverseDeviation[r] (g[r, c] - mean over columns of g[r, :]
 *                                  - z[r, c] (mean over columns of g[r, :] z[r, :]))
 * </pre>
 *
 * <p><b>Shapes.</b> dY, x and dX are rows x columns, both at least 1; scale, dScale and dShift have
 * {@code columns} values, mean and inverseDeviation one for each row.
 *
 * <p><b>Edge cases.</b> A NaN or infinity spoils dX of its own row, and dScale and dShift of its
 * own column; of x, dScale of its whole row's columns if mean holds its NaN.
 *
 * <p><b>Aliasing.</b> dX may be dY; apart from that no output shares memory with anything.
 *
 * <p><b>Accuracy.</b> For the mean and inverseDeviation given, each within 96 eps times the same
 * formula of absolute values: dShift of the sum of |dY|, dScale of that of |dY z|, dX of
 * inverseDeviation (|g| + mean |g| + |z| mean |g z|).
 *
 * <p><b>Cost.</b> On the CPU one read of dY and x and one write, where a row fits the first-level
 * cache; on a GPU one read more. About 14 flops an element.
 */
public record LayerNormalizationGradient(
    Tensor dY,
    Tensor x,
    Tensor scale,
    Tensor mean,
    Tensor inverseDeviation,
    Tensor dX,
    Tensor dScale,
    Tensor dShift)
    implements Op {

  public LayerNormalizationGradient {
    long rows = x.rows();
    long columns = x.columns();
    Check.of("layerNormalizationGradient")
        .together(dY, x, scale, mean, inverseDeviation, dX, dScale, dShift)
        .that(rows > 0 && columns > 0, "x is %s: there is nothing in it", x.shape())
        .matrix(dY, "dY", rows, columns)
        .matrix(dX, "dX", rows, columns)
        .size(scale, "scale", columns)
        .size(mean, "mean", rows)
        .size(inverseDeviation, "inverseDeviation", rows)
        .size(dScale, "dScale", columns)
        .size(dShift, "dShift", columns)
        .sameOrApart(dX, "dX", dY, "dY")
        .apart(dX, "dX", x, "x")
        .apart(dX, "dX", scale, "scale")
        .apart(dX, "dX", mean, "mean")
        .apart(dX, "dX", inverseDeviation, "inverseDeviation")
        .apart(dScale, "dScale", dX, "dX")
        .apart(dShift, "dShift", dX, "dX")
        .apart(dScale, "dScale", dY, "dY")
        .apart(dShift, "dShift", dY, "dY")
        .apart(dScale, "dScale", x, "x")
        .apart(dShift, "dShift", x, "x")
        .apart(dScale, "dScale", dShift, "dShift")
        .apart(dScale, "dScale", scale, "scale")
        .apart(dShift, "dShift", scale, "scale")
        .orThrow();
  }

  @Override
  public String name() {
    return "layerNormalizationGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dY);
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
    return 14 * x.size();
  }

  @Override
  public long bytes() {
    return 3 * x.bytes() + 3 * scale.bytes() + 2 * mean.bytes();
  }
}
