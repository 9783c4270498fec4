package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.LinearCrossEntropyWork;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** The fused last layer, loss and all gradients; shapes are rows x inputs x classes. */
public class LinearCrossEntropyBench extends OpBench {
  @Param({"images-128x512x1000", "vocabulary-512x512x32000"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return LinearCrossEntropyWork.of(on, NamedShape.parse(shape, 3));
  }
}
