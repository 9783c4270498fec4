package io.talus.backend.cuda;

import io.talus.op.SparseSimilarityTopK;

/**
 * The ranges of rows in which a sparse matrix is turned into columns: so many rows that their sums
 * with one row fit a block's shared memory ({@code kRangeRows} of sparse_similarity.cu). Where the
 * ranges would have next to nothing in a column, one of all rows, with sums in device memory.
 *
 * @param rows of each range, but for the last
 * @param number of them
 * @param sumBytes in device memory for each pair of rows, beside the pair's score
 */
record SparseRanges(long rows, long number, long sumBytes) {
  /** Elements of a column in a range, in the mean, that make up for looking the column up. */
  private static final long LEAST_IN_A_COLUMN = 2;

  private static final long MOST_RANGES = 65535; // of a grid, in its second dimension
  private static final int WARP = 32;
  private static final int MOST_THREADS = 256;

  static SparseRanges of(SparseSimilarityTopK.Sizes sizes) {
    long rows = Math.max(1, sizes.rows());
    int sums = sums(sizes);
    long most = sums == 1 ? 4096 : sums == 2 ? 2048 : 1024;
    long number = Ceil.div(rows, most);
    boolean isWorthwhile =
        number <= MOST_RANGES && number * sizes.columns() <= sizes.nonZeros() / LEAST_IN_A_COLUMN;
    if (number == 1 || isWorthwhile) {
      return new SparseRanges(Math.min(rows, most), number, 0);
    }
    return new SparseRanges(rows, 1, sums == 1 ? 0 : (long) sums * Float.BYTES);
  }

  /** {@code kSums} of common_measures.cuh; 1: the sum becomes the score. */
  private static int sums(SparseSimilarityTopK.Sizes sizes) {
    return switch (sizes.measure()) {
      case DOT, COSINE, PEARSON, EUCLIDEAN, TANIMOTO -> sizes.countsCommonColumns() ? 2 : 1;
      case COMMON_COSINE -> 4;
      case COMMON_PEARSON -> 6;
      case COMMON_MEAN_SQUARED_DIFFERENCE -> 2;
    };
  }

  /** Columns of all ranges together. */
  long columns(long columns) {
    return number * columns;
  }

  /** Of a block, by what a column has of a range in the mean. */
  int threads(long stored, long columns) {
    long mean = stored / Math.max(1, columns(columns));
    int threads = WARP;
    while (threads < mean && threads < MOST_THREADS) {
      threads *= 2;
    }
    return threads;
  }
}
