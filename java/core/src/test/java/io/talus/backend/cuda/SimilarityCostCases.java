package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.NONE;

import io.talus.Device;
import io.talus.op.Similarity;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.Support;
import java.util.List;

/** {@link CostCases} of similarities between rows, dense and sparse. */
final class SimilarityCostCases {
  private SimilarityCostCases() {}

  static List<CostCase> all() {
    return List.of(
        CostCase.of(
            NONE,
            "512 and 512 rows of 64, COSINE",
            Device::similarity,
            in ->
                new Similarity(
                    SimilarityMeasure.COSINE,
                    in.floats(512, 64),
                    in.floats(512, 64),
                    in.zeros(512, 512))),
        CostCase.of(
            NONE,
            "512 and 1024 rows of 64, COSINE, k 20",
            Device::similarityTopK,
            in ->
                new SimilarityTopK(
                    SimilarityMeasure.COSINE,
                    in.floats(512, 64),
                    in.floats(1024, 64),
                    false,
                    in.ints(512, 20),
                    in.zeros(512, 20))),
        sparse("512x256, 16 a row", SparseMeasure.COSINE, 512, 256, 16),
        sparse("512x256, 16 a row", SparseMeasure.COMMON_PEARSON, 512, 256, 16),
        sparse("6000x64, 8 a row", SparseMeasure.COSINE, 6000, 64, 8),
        // So few that ranges of its rows would not pay.
        sparse("6000x20000, 2 a row", SparseMeasure.COSINE, 6000, 20_000, 2));
  }

  /** For 512 rows. */
  private static CostCase sparse(
      String shape, SparseMeasure measure, int rows, int columns, int each) {
    return CostCase.of(
        NONE,
        shape + ", " + measure + ", k 20",
        Device::sparseSimilarityTopK,
        in ->
            new SparseSimilarityTopK(
                measure,
                Support.ANY,
                in.csr(rows, columns, each),
                new SparseSimilarityTopK.Tile(0, Math.min(rows, 512)),
                true,
                in.ints(Math.min(rows, 512), 20),
                in.zeros(Math.min(rows, 512), 20)));
  }
}
