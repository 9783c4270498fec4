package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Drops elements at random and scales the others up: {@code y = u >= rate ? x / (1 - rate) : 0},
 * with u as in {@link RandomUniform} on [0, 1). The same call on dY instead of x is the gradient.
 *
 * <p>Counter-based, by Philox4x32-10: element i takes word i mod 4 of the block whose counter is (i
 * / 4 as 64 bits, stream, step) and whose key is the seed. The same arguments give the same bits on
 * every backend, whatever runs beside.
 *
 * <p><b>Shapes.</b> As many elements in y as in x.
 *
 * <p><b>Edge cases.</b> What is dropped becomes 0, be it NaN or infinite. Rate 0 keeps everything.
 *
 * <p><b>Aliasing.</b> y may be x.
 *
 * <p><b>Cost.</b> One read and one write.
 *
 * <p><b>Source.</b> Srivastava et al., 2014.
 *
 * @param seed the key
 * @param stream tells apart uses of one seed
 * @param step one value in device memory that enters the counter, or null for 0: a captured
 *     training step that advances it draws anew each time
 */
public record Dropout(long seed, int stream, IntTensor step, float rate, Tensor x, Tensor y)
    implements Op {

  public Dropout {
    Check.of("dropout")
        .together(step, x, y)
        .that(step == null || step.size() == 1, "step must be one value")
        .that(rate >= 0 && rate < 1, "rate %s is not in [0, 1)", rate)
        .size(y, "y", x.size())
        .sameOrApart(y, "y", x, "x")
        .orThrow();
  }

  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(y);
    Check.visit(step, action);
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
