package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.PoolWork;
import io.talus.bench.work.Work;
import io.talus.op.PoolFunction;
import org.openjdk.jmh.annotations.Param;

/** Pooling of images and its gradient. */
public class PoolBench extends OpBench {
  @Param({"MAX", "AVERAGE"})
  public PoolFunction function;

  @Param({"false", "true"})
  public boolean gradient;

  @Param({"layer-128x28x32x2", "global-128x8x256x8"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 4);
    return gradient ? PoolWork.gradient(on, function, sizes) : PoolWork.of(on, function, sizes);
  }
}
