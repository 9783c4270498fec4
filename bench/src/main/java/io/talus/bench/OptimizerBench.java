package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.OptimizerWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** One update of all weights of a layer. */
public class OptimizerBench extends OpBench {
  @Param({"sgd", "momentum", "nesterov", "adam", "adamw"})
  public String kind;

  @Param({"layer-784x512", "memory-4096x8192"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return OptimizerWork.of(on, kind, NamedShape.parse(shape, 2));
  }
}
