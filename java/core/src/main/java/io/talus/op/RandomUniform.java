package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * Uniformly distributed numbers in [low, high): {@code y = low + (high - low) u} with u a multiple
 * of 2^-24.
 *
 * <p>Counter-based, by Philox4x32-10: element i takes word i mod 4 of the block whose counter is (i
 * / 4 as 64 bits, stream, step) and whose key is the seed. The same arguments give the same bits on
 * every backend, whatever runs beside.
 *
 * <p><b>Cost.</b> One write.
 *
 * <p><b>Source.</b> Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
 *
 * @param seed the key
 * @param stream tells apart uses of one seed
 * @param step one value in device memory that enters the counter, or null for 0: a captured
 *     training step that advances it draws anew each time
 */
public record RandomUniform(long seed, int stream, IntTensor step, float low, float high, Tensor y)
    implements Op {

  public RandomUniform {
    Check.of("randomUniform")
        .together(step, y)
        .that(step == null || step.size() == 1, "step must be one value")
        .that(
            low < high && Float.isFinite(high - low),
            "low %s must be below high %s, at a finite distance",
            low,
            high)
        .orThrow();
  }

  @Override
  public String name() {
    return "randomUniform";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(y);
    Check.visit(step, action);
  }

  @Override
  public long flops() {
    return 4 * y.size();
  }

  @Override
  public long bytes() {
    return y.bytes();
  }
}
