package io.talus.backend.cuda;

import io.talus.Device;
import io.talus.op.Op;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * An op at a named shape whose cost is counted.
 *
 * @param shape its name in the table
 * @param promise what must hold of it
 * @param prepared the op on operands made by {@code CostData}, ready to run
 */
record CostCase(String shape, Promise promise, Function<CostData, Prepared> prepared) {

  /** What a case must show, beyond costing what the table says. */
  enum Promise {
    NONE,
    /** At least 95 % of the sectors moved are needed by the bytes of each access. */
    COALESCED,
    /** The same, and what is moved is what the op must move, as {@link Op#bytes} counts it. */
    ONCE
  }

  /** An op and how it is run. */
  record Prepared(Op op, Runnable run) {}

  static <O extends Op> CostCase of(
      Promise promise, String shape, BiConsumer<Device, O> run, Function<CostData, O> make) {
    return new CostCase(
        shape,
        promise,
        data -> {
          O op = make.apply(data);
          return new Prepared(op, () -> run.accept(data.device(), op));
        });
  }
}
