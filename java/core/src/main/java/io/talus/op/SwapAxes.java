package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The first two of three axes change places: {@code y[j, i, :] = x[i, j, :]}. Of sequences, rows x
 * steps x features become steps x rows x features, and back.
 *
 * <p><b>Shapes.</b> x has three axes, y the same with the first two swapped.
 *
 * <p><b>Aliasing.</b> x and y share no memory.
 *
 * <p><b>Cost.</b> One read and one write.
 */
public record SwapAxes(Tensor x, Tensor y) implements Op {

  public SwapAxes {
    Check check = Check.of("swapAxes").together(x, y).apart(y, "y", x, "x");
    boolean holds = x.shape().rank() == 3;
    check.that(holds, "x is %s, not of three axes", x.shape());
    if (holds) {
      check.shape(y, "y", x.shape().length(1), x.shape().length(0), x.shape().length(2));
    }
    check.orThrow();
  }

  @Override
  public String name() {
    return "swapAxes";
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
