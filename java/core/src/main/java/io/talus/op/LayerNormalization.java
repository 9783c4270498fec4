package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Layer normalization: each row by its own mean and deviation, then a gain and a bias for each
 * column.
 *
 * <pre>
 * mean[r]             = mean over columns of x[r, c]
 * inverseDeviation[r] = 1 / sqrt(mean over columns of (x[r, c] - mean[r])^2 + epsilon)
 * y[r, c]             = (x[r, c] - mean[r]) inverseDeviation[r] scale[c] + shift[c]
 * </pre>
 *
 * <p><b>Shapes.</b> x and y are rows x columns, columns at least 1; scale and shift have {@code
 * columns} values, mean and inverseDeviation, which are written, one for each row. An array of more
 * axes counts as the matrix of its innermost axis.
 *
 * <p><b>Edge cases.</b> A constant row gives shift. A NaN or infinity makes NaN of its own row, and
 * of nothing else. No rows: nothing happens.
 *
 * <p><b>Aliasing.</b> y may be x; apart from that no output shares memory with anything.
 *
 * <p><b>Accuracy.</b> Distances are counted from a row's first element, so that a mean far from 0
 * costs no digits. With R the root mean square of x[r, c] - x[r, 0] over a row and i its
 * inverseDeviation: mean within 80 eps R + 2 eps |mean|; inverseDeviation within 64 eps (1 + R i),
 * relative; y within 96 eps |scale| (1 + |z|) (1 + R i + |x - x[r, 0]| i) + 4 eps |shift|, where z
 * is what scale multiplies.
 *
 * <p><b>Cost.</b> One read of x and one write of y where a row fits the first-level cache or, on a
 * GPU, 4,096 columns; about 8 flops an element.
 *
 * <p><b>Source.</b> Ba, Kiros and Hinton, 2016.
 *
 * @param epsilon above 0
 */
public record LayerNormalization(
    Tensor x,
    Tensor scale,
    Tensor shift,
    float epsilon,
    Tensor mean,
    Tensor inverseDeviation,
    Tensor y)
    implements Op {

  public LayerNormalization {
    long rows = x.rows();
    long columns = x.columns();
    Check.of("layerNormalization")
        .together(x, scale, shift, mean, inverseDeviation, y)
        .that(columns > 0, "x is %s: there are no columns", x.shape())
        .that(epsilon > 0, "epsilon %s is not above 0", epsilon)
        .matrix(y, "y", rows, columns)
        .size(scale, "scale", columns)
        .size(shift, "shift", columns)
        .size(mean, "mean", rows)
        .size(inverseDeviation, "inverseDeviation", rows)
        .sameOrApart(y, "y", x, "x")
        .apart(y, "y", scale, "scale")
        .apart(y, "y", shift, "shift")
        .apart(mean, "mean", x, "x")
        .apart(mean, "mean", y, "y")
        .apart(mean, "mean", scale, "scale")
        .apart(mean, "mean", shift, "shift")
        .apart(mean, "mean", inverseDeviation, "inverseDeviation")
        .apart(inverseDeviation, "inverseDeviation", x, "x")
        .apart(inverseDeviation, "inverseDeviation", y, "y")
        .apart(inverseDeviation, "inverseDeviation", scale, "scale")
        .apart(inverseDeviation, "inverseDeviation", shift, "shift")
        .orThrow();
  }

  @Override
  public String name() {
    return "layerNormalization";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(scale);
    action.accept(shift);
    action.accept(mean);
    action.accept(inverseDeviation);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 8 * x.size();
  }

  @Override
  public long bytes() {
    return x.bytes()
        + y.bytes()
        + scale.bytes()
        + shift.bytes()
        + mean.bytes()
        + inverseDeviation.bytes();
  }
}
