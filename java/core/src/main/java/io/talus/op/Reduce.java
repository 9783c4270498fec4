package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Reduces all elements, each row or each column to one value.
 *
 * <p><b>Shapes.</b> x rows x columns; y one value, one for each row, or one for each column.
 *
 * <p><b>Edge cases.</b> Of no elements: see {@link ReduceFunction}. MAX and MIN give NaN when any
 * element is NaN.
 *
 * <p><b>Aliasing.</b> x and y share no memory.
 *
 * <p><b>Accuracy.</b> MAX and MIN exact; sums in a fixed order, tolerance min(n, 4096) / 16 + 64
 * for n values.
 *
 * <p><b>Cost.</b> One flop an element (two for SUM_OF_SQUARES); one read.
 */
public record Reduce(ReduceFunction function, Axis axis, Tensor x, Tensor y) implements Op {

  public Reduce {
    Check.of("reduce")
        .together(x, y)
        .size(y, "y", axis == Axis.ALL ? 1 : axis == Axis.EACH_ROW ? x.rows() : x.columns())
        .apart(y, "y", x, "x")
        .orThrow();
  }

  @Override
  public String name() {
    return "reduce";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return function == ReduceFunction.SUM_OF_SQUARES ? 2 * x.size() : x.size();
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
