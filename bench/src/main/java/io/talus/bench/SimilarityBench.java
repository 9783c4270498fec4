package io.talus.bench;

import io.talus.Device;
import io.talus.bench.work.NamedShape;
import io.talus.bench.work.SimilarityWork;
import io.talus.bench.work.Work;
import io.talus.op.SimilarityMeasure;
import org.openjdk.jmh.annotations.Param;

/** Similarity of every two rows: all of it, or the 20 most similar of each. */
public class SimilarityBench extends OpBench {
  private static final int NEIGHBOURS = 20;

  @Param({"DOT", "COSINE", "PEARSON", "EUCLIDEAN"})
  public SimilarityMeasure measure;

  @Param({"full", "top20"})
  public String result;

  @Param({"users-4096x256", "items-20000x128"})
  public String shape;

  @Override
  protected Work prepare(Device on) {
    NamedShape sizes = NamedShape.parse(shape, 2);
    return switch (result) {
      case "full" -> SimilarityWork.full(on, measure, sizes);
      case "top20" -> SimilarityWork.topK(on, measure, NEIGHBOURS, sizes);
      default -> throw new IllegalArgumentException("there is no result " + result);
    };
  }
}
