package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link Pool}: {@code dX} is the sum over all windows of what each hands down.
 * MAX: a window hands its dY to the first of its largest elements in reading order (rows from the
 * top, columns from the left), or to the first NaN if it sees one. AVERAGE: it hands dY divided by
 * the number of its elements to each of them.
 *
 * <p><b>Shapes.</b> As those of the pooling: x and dX of x's shape, dY of y's.
 *
 * <p><b>Edge cases.</b> An element that no window hands anything to: dX = 0. Nothing of dY reaches
 * elements that it is not handed to, NaN or infinite as it may be.
 *
 * <p><b>Aliasing.</b> dX shares no memory with x or dY.
 *
 * <p><b>Accuracy.</b> float32 accumulation over windows in reading order; tolerance the number of
 * windows that see the element, + 1 for AVERAGE. MAX with windows that do not overlap: exact.
 *
 * <p><b>Cost.</b> MAX: two flops for each window and place of it; AVERAGE: one.
 *
 * @param x what was pooled; null for AVERAGE, which does not need it
 * @throws IllegalArgumentException naming every shape that does not fit
 */
public record PoolGradient(PoolFunction function, Window window, Tensor x, Tensor dY, Tensor dX)
    implements Op {

  public PoolGradient {
    Check check =
        Check.of("poolGradient")
            .together(x, dY, dX)
            .that(
                (x == null) == (function == PoolFunction.AVERAGE),
                "x must be null for AVERAGE and given for MAX; function is %s",
                function)
            .shape(x, "x", dX.shape().toArray());
    Pool.check(check, window, dX, "dX", dY, "dY")
        .apart(dX, "dX", x, "x")
        .apart(dX, "dX", dY, "dY")
        .orThrow();
  }

  @Override
  public String name() {
    return "poolGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    Check.visit(x, action);
    action.accept(dY);
    action.accept(dX);
  }

  @Override
  public long flops() {
    return (x == null ? 1 : 2) * dY.size() * window.height() * window.width();
  }

  @Override
  public long bytes() {
    return (x == null ? 1 : 2) * dX.bytes() + dY.bytes();
  }
}
