package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * For each row of a, the k rows of b most similar to it.
 *
 * <p>Best first, ties to the smaller index. Rows whose similarity is NaN are no candidates. Where
 * candidates run out the index is -1 and the score NaN. Nothing of size rowsA x rowsB is held.
 *
 * <p><b>Shapes.</b> a rowsA x columns, b rowsB x columns; indices and scores rowsA x k, any k.
 *
 * <p><b>Edge cases.</b> As in {@link Similarity}. excludeSelf leaves row i of b out for row i of a,
 * by index, not by value.
 *
 * <p><b>Aliasing.</b> Outputs share no memory with inputs or each other.
 *
 * <p><b>Accuracy.</b> Scores as in {@link Similarity}; rows closer than that to the k-th may change
 * places with it.
 *
 * <p><b>Cost.</b> 2 rowsA rowsB columns flops, half of that where b is a.
 */
public record SimilarityTopK(
    SimilarityMeasure measure,
    Tensor a,
    Tensor b,
    boolean excludeSelf,
    IntTensor indices,
    Tensor scores)
    implements Op {

  public SimilarityTopK {
    Check.of("similarityTopK")
        .together(a, b, indices, scores)
        .that(a.columns() == b.columns(), "a is %s, b is %s: columns differ", a.shape(), b.shape())
        .that(b.rows() <= Integer.MAX_VALUE, "b has more than 2^31 - 1 rows")
        .topK(indices, scores, a.rows(), "a")
        .apart(scores, "scores", a, "a")
        .apart(scores, "scores", b, "b")
        .apart(indices, "indices", a, "a")
        .apart(indices, "indices", b, "b")
        .orThrow();
  }

  /** Neighbours kept for each row. */
  public long k() {
    return scores.columns();
  }

  @Override
  public String name() {
    return "similarityTopK";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(a);
    action.accept(b);
    action.accept(indices);
    action.accept(scores);
  }

  @Override
  public long flops() {
    return 2 * a.rows() * b.rows() * a.columns();
  }

  @Override
  public long bytes() {
    return a.bytes() + b.bytes() + indices.bytes() + scores.bytes();
  }
}
