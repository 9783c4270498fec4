package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.GemmShape;
import io.talus.bench.work.GemmWork;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/**
 * Matrix products, square and as dense layers have them. The peers' are in {@link GemmPeerBench}.
 */
public class GemmBench extends OpBench {
  @Param({
    "square-256",
    "square-512",
    "square-1024",
    "square-2048",
    "dense-128x784x512-forward",
    "dense-128x784x512-forward-relu",
    "dense-128x784x512-weights",
    "dense-128x784x512-input",
    "dense-128x512x512-forward",
    "dense-128x512x512-forward-relu",
    "dense-128x512x512-weights",
    "dense-128x512x512-input",
    "dense-128x512x10-forward",
    "dense-128x512x10-weights",
    "dense-128x512x10-input"
  })
  public String shape;

  @Override
  protected Work prepare(Device on) {
    return GemmWork.of(on, GemmShape.parse(shape));
  }
}
