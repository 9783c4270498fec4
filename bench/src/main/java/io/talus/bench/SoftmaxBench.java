package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SoftmaxWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Softmax and its logarithm. */
public class SoftmaxBench extends OpBench {
  @Param({"softmax", "log-softmax"})
  public String function;

  @Param({"digits-128x10", "images-1024x1000", "vocabulary-4096x32000"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 2);
    return switch (function) {
      case "softmax" -> SoftmaxWork.softmax(on, sizes);
      case "log-softmax" -> SoftmaxWork.logSoftmax(on, sizes);
      default -> throw new IllegalArgumentException("there is no function " + function);
    };
  }
}
