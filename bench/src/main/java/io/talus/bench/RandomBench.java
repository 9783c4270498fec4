package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.RandomWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Philox numbers and dropout. */
public class RandomBench extends OpBench {
  @Param({"uniform", "normal", "dropout"})
  public String kind;

  @Param({"layer-128x512", "memory-4096x4096"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 2);
    return switch (kind) {
      case "uniform" -> RandomWork.uniform(on, sizes);
      case "normal" -> RandomWork.normal(on, sizes);
      case "dropout" -> RandomWork.dropout(on, sizes);
      default -> throw new IllegalArgumentException("there is no kind " + kind);
    };
  }
}
