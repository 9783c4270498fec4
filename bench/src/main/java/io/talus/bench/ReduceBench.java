package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.ReduceWork;
import io.talus.bench.work.Work;
import io.talus.op.Axis;
import io.talus.op.ReduceFunction;
import org.openjdk.jmh.annotations.Param;

/** Reductions over everything, rows and columns, and the place of the largest. */
public class ReduceBench extends OpBench {
  @Param({"SUM", "MAX", "SUM_OF_SQUARES"})
  public ReduceFunction function;

  @Param({"ALL", "EACH_ROW", "EACH_COLUMN"})
  public Axis axis;

  @Param({"layer-128x512", "memory-4096x16384"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return ReduceWork.of(on, function, axis, NamedShape.parse(shape, 2));
  }
}
