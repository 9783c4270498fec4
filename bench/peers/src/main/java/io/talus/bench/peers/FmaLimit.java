package io.talus.bench.peers;

import io.talus.Devices;
import io.talus.bench.LimitProbe;

/** What the same flops take as multiply-adds on registers alone, on every core. */
final class FmaLimit implements Measured {
  private final double flops;

  FmaLimit(double flops) {
    this.flops = flops;
  }

  @Override
  public double[] evidence() {
    return new double[0];
  }

  @Override
  public double seconds() {
    return flops / (LimitProbe.fmaGflops(Devices.require("cpu")) * 1e9);
  }
}
