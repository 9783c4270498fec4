package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.talus.op.SimilarityMeasure;
import io.talus.op.SimilarityTopK;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.Arrays;

/** The k most similar rows of each, as a device has found them. */
record TopK(int[] indices, float[] scores) {

  static TopK dense(
      Subject on, SimilarityMeasure measure, Tensor a, Tensor b, boolean excludeSelf, int k) {
    IntTensor indices = on.intsOut(a.rows(), k);
    Tensor scores = on.out(a.rows(), k);
    on.device().similarityTopK(new SimilarityTopK(measure, a, b, excludeSelf, indices, scores));
    return new TopK(indices.toArray(), scores.toArray());
  }

  static TopK sparse(
      Subject on,
      SparseMeasure measure,
      Support support,
      CsrMatrix matrix,
      Tile tile,
      boolean excludeSelf,
      int k) {
    IntTensor indices = on.intsOut(tile.rows(), k);
    Tensor scores = on.out(tile.rows(), k);
    on.device()
        .sparseSimilarityTopK(
            new SparseSimilarityTopK(measure, support, matrix, tile, excludeSelf, indices, scores));
    return new TopK(indices.toArray(), scores.toArray());
  }

  /** Fails unless these, of the rows of {@code tile}, have the bits of those among {@code all}. */
  void assertPartOf(TopK all, Tile tile, int k, String what) {
    int from = (int) tile.firstRow() * k;
    int to = from + (int) tile.rows() * k;
    assertArrayEquals(Arrays.copyOfRange(all.indices, from, to), indices, what);
    assertArrayEquals(Arrays.copyOfRange(all.scores, from, to), scores, what);
  }
}
