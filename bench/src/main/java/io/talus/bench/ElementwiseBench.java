package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.ElementwiseWork;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Ops on each element, and those that move elements. */
public class ElementwiseBench extends OpBench {
  @Param({
    "exp",
    "log",
    "tanh",
    "sigmoid",
    "gelu",
    "relu",
    "add",
    "multiply",
    "divide",
    "add-row",
    "axpby",
    "copy",
    "fill",
    "transpose",
    "gather",
    "swap-axes",
    "relu-gradient"
  })
  public String function;

  @Param({"layer-128x512", "memory-4096x16384"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return ElementwiseWork.of(on, function, NamedShape.parse(shape, 2));
  }
}
