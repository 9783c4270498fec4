package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.EmbeddingWork;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.Work;
import org.openjdk.jmh.annotations.Param;

/** Vectors of ids and the gradient of their table. */
public class EmbeddingBench extends OpBench {
  @Param({"false", "true"})
  public boolean gradient;

  @Param({"words-4096x100000x64", "users-512x2625x32"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 3);
    return gradient ? EmbeddingWork.gradient(on, sizes) : EmbeddingWork.of(on, sizes);
  }
}
