package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.ReduceWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** The place of each row's largest element. */
public class ArgMaxBench extends OpBench {
  @Param({"digits-128x10", "vocabulary-4096x32000"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return ReduceWork.argMax(on, NamedShape.parse(shape, 2));
  }
}
