package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.ConvolutionWork;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Convolutions and their gradients. */
public class ConvolutionBench extends OpBench {
  @Param({"convolution", "convolution-input-gradient", "convolution-weight-gradient"})
  public String kind;

  @Param({"layer-64x32x64x3x64", "layer-128x28x1x5x32", "layer-128x14x32x5x64"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return ConvolutionWork.of(on, kind, NamedShape.parse(shape, 5));
  }
}
