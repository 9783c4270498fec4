package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The transpose of a matrix: {@code y[j, i] = x[i, j]}.
 *
 * <p><b>Shapes.</b> x rows x columns, y columns x rows.
 *
 * <p><b>Aliasing.</b> x and y share no memory.
 *
 * <p><b>Cost.</b> One read and one write.
 */
public record TransposeMatrix(Tensor x, Tensor y) implements Op {

  public TransposeMatrix {
    Check.of("transpose")
        .together(x, y)
        .matrix(y, "y", x.columns(), x.rows())
        .apart(y, "y", x, "x")
        .orThrow();
  }

  @Override
  public String name() {
    return "transpose";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 0;
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
