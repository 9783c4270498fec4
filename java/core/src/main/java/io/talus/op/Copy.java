package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Copies elements: {@code y = x}, bit for bit.
 *
 * <p><b>Shapes.</b> As many elements in y as in x.
 *
 * <p><b>Aliasing.</b> x and y share no memory.
 */
public record Copy(Tensor x, Tensor y) implements Op {

  public Copy {
    Check.of("copy").together(x, y).size(y, "y", x.size()).apart(y, "y", x, "x").orThrow();
  }

  @Override
  public String name() {
    return "copy";
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
