package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * A weighted sum: {@code y = alpha x + beta y}.
 *
 * <p><b>Shapes.</b> As many elements in y as in x.
 *
 * <p><b>Edge cases.</b> beta = 0: y is not read.
 *
 * <p><b>Aliasing.</b> y may be x.
 *
 * <p><b>Accuracy.</b> Tolerance 2.
 *
 * <p><b>Cost.</b> 3 flops an element; two reads and one write.
 *
 * <p><b>Source.</b> BLAS level 1 extensions, SAXPBY.
 */
public record Axpby(float alpha, Tensor x, float beta, Tensor y) implements Op {

  public Axpby {
    Check.of("axpby").together(x, y).size(y, "y", x.size()).sameOrApart(y, "y", x, "x").orThrow();
  }

  @Override
  public String name() {
    return "axpby";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 3 * x.size();
  }

  @Override
  public long bytes() {
    return x.bytes() + (beta == 0 ? 1 : 2) * y.bytes();
  }
}
