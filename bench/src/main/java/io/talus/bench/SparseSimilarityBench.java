package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SparseSimilarityWork;
import io.talus.bench.work.Work;
import io.talus.bench.work.ZipfRatings;
import io.talus.op.SparseMeasure;
import org.openjdk.jmh.annotations.Param;

/** The 50 most similar items of each item by sparse ratings; users x items x ratings. */
public class SparseSimilarityBench extends OpBench {
  private static final int NEIGHBOURS = 50;

  @Param("movies-6040x3706x1000209")
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 3);
    ZipfRatings ratings =
        new ZipfRatings((int) sizes.size(0), (int) sizes.size(1), (int) sizes.size(2));
    return SparseSimilarityWork.of(on, SparseMeasure.COSINE, NEIGHBOURS, ratings);
  }
}
