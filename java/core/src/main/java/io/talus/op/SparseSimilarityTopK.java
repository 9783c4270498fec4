package io.talus.op;

import io.talus.tensor.CsrMatrix;
import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * For each row of a sparse matrix, the k rows of it most similar: {@link SimilarityTopK} of the
 * matrix made dense, with itself, at the cost of what is stored.
 *
 * <p>Best first, ties to the smaller index. Rows whose similarity is NaN are no candidates. Where
 * candidates run out the index is -1 and the score NaN. Nothing of size rowsA x rowsB is held.
 *
 * <p><b>Shapes.</b> matrix rows x columns; indices and scores rows x k, any k.
 *
 * <p><b>Edge cases.</b> As in {@link SimilarityTopK}: whole rows count, absent elements as 0, so
 * rows with nothing in common compete too (with cosine 0). A row with an infinity counts as one
 * with NaN: what it is against absent elements.
 *
 * <p><b>Accuracy.</b> As in {@link Similarity}; PEARSON within (columns + 16) eps / min(1, variance
 * over mean square) absolute.
 *
 * <p><b>Cost.</b> Two flops for each pair of stored elements in one column, and a scan of rows x
 * rows scores.
 */
public record SparseSimilarityTopK(
    SimilarityMeasure measure,
    CsrMatrix matrix,
    boolean excludeSelf,
    IntTensor indices,
    Tensor scores)
    implements Op {

  public SparseSimilarityTopK {
    Check.of("sparseSimilarityTopK")
        .together(matrix.rowOffsets(), matrix.columnIndices(), matrix.values(), indices, scores)
        .that(matrix.rows() <= Integer.MAX_VALUE, "matrix has more than 2^31 - 1 rows")
        .topK(indices, scores, matrix.rows(), "matrix")
        .apart(scores, "scores", matrix.values(), "values")
        .apart(indices, "indices", matrix.columnIndices(), "columnIndices")
        .orThrow();
  }

  /** Neighbours kept for each row. */
  public long k() {
    return scores.columns();
  }

  @Override
  public String name() {
    return "sparseSimilarityTopK";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(matrix.rowOffsets());
    action.accept(matrix.columnIndices());
    action.accept(matrix.values());
    action.accept(indices);
    action.accept(scores);
  }

  @Override
  public long flops() {
    return 2 * matrix.nonZeros() * Math.max(1, matrix.nonZeros() / Math.max(1, matrix.columns()));
  }

  @Override
  public long bytes() {
    return matrix.values().bytes() * 2 + indices.bytes() + scores.bytes();
  }
}
