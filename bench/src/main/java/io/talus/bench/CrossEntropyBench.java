package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SoftmaxWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Softmax cross-entropy, mean loss and gradient. */
public class CrossEntropyBench extends OpBench {
  @Param({"digits-128x10", "images-1024x1000", "vocabulary-4096x32000"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return SoftmaxWork.crossEntropy(on, NamedShape.parse(shape, 2));
  }
}
