package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The column of each row's largest element.
 *
 * <p><b>Shapes.</b> x rows x columns, at least one column; y one index for each row.
 *
 * <p><b>Edge cases.</b> Ties go to the smaller index; a row with NaN gives the index of its first
 * NaN.
 *
 * <p><b>Cost.</b> One read.
 */
public record ArgMax(Tensor x, IntTensor y) implements Op {

  public ArgMax {
    Check.of("argMax")
        .together(x, y)
        .that(x.columns() > 0 || x.rows() == 0, "x has no columns")
        .that(x.columns() <= Integer.MAX_VALUE, "x has more than 2^31 - 1 columns")
        .size(y, "y", x.rows())
        .that(
            y.bound() == IntTensor.UNBOUNDED || y.bound() >= x.columns(),
            "y is bounded by %s, x has %s columns",
            y.bound(),
            x.columns())
        .apart(y, "y", x, "x")
        .orThrow();
  }

  @Override
  public String name() {
    return "argMax";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return x.size();
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
