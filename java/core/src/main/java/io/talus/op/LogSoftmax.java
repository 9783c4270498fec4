package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The logarithm of softmax of each row: {@code y[i] = x[i] - log(sum over j of exp(x[j]))}.
 *
 * <p><b>Shapes.</b> x and y alike; the innermost axis is a row.
 *
 * <p><b>Edge cases.</b> The row's maximum is subtracted first, so that nothing overflows. A row
 * that holds NaN or +inf, or only -inf, gives NaN in every element. A single -inf gives -inf.
 *
 * <p><b>Aliasing.</b> y may be x.
 *
 * <p><b>Accuracy.</b> Each element within (8 + min(columns, 128)) eps of max(1, |x[i]|, |y[i]|,
 * |max|).
 *
 * <p><b>Cost.</b> About 5 flops an element; one read and one write of memory.
 */
public record LogSoftmax(Tensor x, Tensor y) implements Op {

  public LogSoftmax {
    Check.of("logSoftmax")
        .together(x, y)
        .matrix(y, "y", x.rows(), x.columns())
        .sameOrApart(y, "y", x, "x")
        .orThrow();
  }

  @Override
  public String name() {
    return "logSoftmax";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
  }

  @Override
  public long flops() {
    return 5 * x.size();
  }

  @Override
  public long bytes() {
    return x.bytes() + y.bytes();
  }
}
