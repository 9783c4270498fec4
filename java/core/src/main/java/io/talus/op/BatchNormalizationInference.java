package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Normalizes each column by a mean and a variance that are given: {@code y = activation((x - mean)
 * / sqrt(variance + epsilon) scale + shift)}. The inference that belongs to {@link
 * BatchNormalization}, by its running values.
 *
 * <p><b>Shapes.</b> x and y are rows x columns; the others have {@code columns} values.
 *
 * <p><b>Edge cases.</b> A negative variance below -epsilon gives NaN.
 *
 * <p><b>Aliasing.</b> y may be x and is apart from the others.
 *
 * <p><b>Accuracy.</b> y within 8 eps ((|x| + |mean|) |scale| / sqrt(variance + epsilon) + |shift|),
 * plus 6 eps of the activation.
 *
 * <p><b>Cost.</b> One read and one write; 2 flops an element.
 */
public record BatchNormalizationInference(
    Activation activation,
    Tensor x,
    Tensor scale,
    Tensor shift,
    float epsilon,
    Tensor mean,
    Tensor variance,
    Tensor y)
    implements Op {

  public BatchNormalizationInference {
    Check.of("batchNormalizationInference")
        .together(x, scale, shift, mean, variance, y)
        .that(!activation.needsInput(), "the activation cannot be %s", activation)
        .that(epsilon > 0, "epsilon %s is not above 0", epsilon)
        .size(scale, "scale", x.columns())
        .size(shift, "shift", x.columns())
        .size(mean, "mean", x.columns())
        .size(variance, "variance", x.columns())
        .matrix(y, "y", x.rows(), x.columns())
        .sameOrApart(y, "y", x, "x")
        .apart(y, "y", scale, "scale")
        .apart(y, "y", shift, "shift")
        .apart(y, "y", mean, "mean")
        .apart(y, "y", variance, "variance")
        .orThrow();
  }

  @Override
  public String name() {
    return "batchNormalizationInference";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(scale);
    action.accept(shift);
    action.accept(mean);
    action.accept(variance);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 2 * x.size();
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
