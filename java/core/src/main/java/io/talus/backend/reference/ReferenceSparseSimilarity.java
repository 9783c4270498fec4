package io.talus.backend.reference;

import io.talus.op.SparseSimilarityTopK;

/** Rows of a sparse matrix against all of them. */
final class ReferenceSparseSimilarity {
  private ReferenceSparseSimilarity() {}

  /** The similarity of pairs of rows. */
  interface Pairs {
    /** Sets the row of which the next similarities are. */
    void left(int i);

    /** Its similarity with that row. */
    double with(int j);
  }

  static void run(SparseSimilarityTopK op) {
    Pairs pairs =
        op.measure().isOfCommonColumns()
            ? new ReferenceCommonSimilarity(op)
            : new ReferenceWholeSimilarity(op);
    int rows = Floats.length(op.matrix().rows());
    for (long at = 0; at < op.tile().rows(); at++) {
      int i = (int) (op.tile().firstRow() + at);
      pairs.left(i);
      TopK best = new TopK(op.k());
      for (int j = 0; j < rows; j++) {
        if (!(op.excludeSelf() && i == j)) {
          best.offer(j, (float) pairs.with(j));
        }
      }
      best.writeRow(at, op.indices(), Floats.of(op.scores()));
    }
  }
}
