package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * A function of each element: {@code y = f(x)}.
 *
 * <p><b>Shapes.</b> As many elements in y as in x.
 *
 * <p><b>Edge cases.</b> As IEEE 754 has them: sqrt and log of a negative number are NaN, log(0) =
 * -inf, exp overflows to +inf and underflows to 0.
 *
 * <p><b>Aliasing.</b> y may be x.
 *
 * <p><b>Accuracy.</b> NEGATE, ABS, SQUARE, SQRT, RECIPROCAL and RELU correctly rounded; EXP and LOG
 * within 4 eps, TANH and SIGMOID within 6 eps relative; GELU within 4 eps of |x|.
 *
 * <p><b>Cost.</b> One read and one write.
 */
public record Unary(UnaryFunction function, Tensor x, Tensor y) implements Op {

  public Unary {
    Check.of("unary").together(x, y).size(y, "y", x.size()).sameOrApart(y, "y", x, "x").orThrow();
  }

  @Override
  public String name() {
    return "unary";
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
