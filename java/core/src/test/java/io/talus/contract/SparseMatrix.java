package io.talus.contract;

import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK.Tile;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;

/** A matrix as it is stored and as it is meant. */
record SparseMatrix(
    int rows, int columns, long[] offsets, int[] indices, float[] values, float[] dense) {

  /** Of what {@code stored} says is stored; other elements of {@code dense} must be 0. */
  static SparseMatrix of(int rows, int columns, float[] dense, boolean[] stored) {
    int count = 0;
    for (boolean is : stored) {
      count += is ? 1 : 0;
    }
    long[] offsets = new long[rows + 1];
    int[] indices = new int[count];
    float[] values = new float[count];
    int at = 0;
    for (int i = 0; i < dense.length; i++) {
      if (stored[i]) {
        indices[at] = i % columns;
        values[at++] = dense[i];
      }
      if ((i + 1) % columns == 0) {
        offsets[(i + 1) / columns] = at;
      }
    }
    return new SparseMatrix(rows, columns, offsets, indices, values, dense);
  }

  static SparseMatrix of(int rows, int columns, float[] dense) {
    boolean[] stored = new boolean[dense.length];
    for (int i = 0; i < dense.length; i++) {
      stored[i] = dense[i] != 0;
    }
    return of(rows, columns, dense, stored);
  }

  /** Signed values in a given share of the places; some rows are empty, some full. */
  static SparseMatrix random(Subject on, int rows, int columns, double share) {
    float[] dense = on.signed((long) rows * columns);
    for (int i = 0; i < dense.length; i++) {
      int row = i / columns;
      boolean empty = row % 11 == 5;
      boolean full = row % 13 == 7;
      if (empty || (!full && on.random().nextDouble() > share)) {
        dense[i] = 0;
      }
    }
    return of(rows, columns, dense);
  }

  /** The most similar rows of each. */
  TopK topK(Subject on, SimilarityMeasure measure, boolean excludeSelf, int k) {
    return topK(on, measure, new Tile(0, rows), excludeSelf, k);
  }

  /** The most similar rows of each within {@code tile}. */
  TopK topK(Subject on, SimilarityMeasure measure, Tile tile, boolean excludeSelf, int k) {
    try (CsrMatrix matrix = on.workspace().csr(rows, columns, offsets, indices, values)) {
      return TopK.sparse(on, SparseMeasure.of(measure), Support.ANY, matrix, tile, excludeSelf, k);
    }
  }
}
