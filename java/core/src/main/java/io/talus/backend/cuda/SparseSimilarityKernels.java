package io.talus.backend.cuda;

import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.op.Support;
import io.talus.tensor.CsrMatrix;
import java.util.Locale;

/**
 * Launches {@code kernels/src/sparse_similarity.cu}: the matrix is transposed, then slabs of the
 * rows asked for are scored against all rows, in a bounded amount of scratch memory, and selected
 * from.
 */
final class SparseSimilarityKernels {
  private static final int THREADS = 256;
  private static final int SCAN_THREADS = 1024;
  private static final int ROWS_OF_A_BLOCK = THREADS / 32;

  private final CudaContext context;
  private final Kernel[] rowForms = new Kernel[SparseMeasure.values().length];
  private final Kernel[] scores = new Kernel[rowForms.length];
  private final Kernel[] commonScores = new Kernel[rowForms.length];

  SparseSimilarityKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("sparse_similarity").kernel(name);
  }

  private Kernel kernel(Kernel[] all, String prefix, SparseMeasure measure) {
    if (all[measure.ordinal()] == null) {
      all[measure.ordinal()] = kernel(prefix + measure.name().toLowerCase(Locale.ROOT));
    }
    return all[measure.ordinal()];
  }

  /** Bytes of what is kept for a pair of rows beside its score: kSums of common_measures.cuh. */
  private static long sumBytes(SparseMeasure measure) {
    return switch (measure) {
      case DOT, COSINE, PEARSON, EUCLIDEAN, TANIMOTO -> 0;
      case COMMON_COSINE -> 4 * Float.BYTES;
      case COMMON_PEARSON -> 6 * Float.BYTES;
      case COMMON_MEAN_SQUARED_DIFFERENCE -> 2 * Float.BYTES;
    };
  }

  /** The most that an operation holds: its operands and its scratch memory. */
  static long bytes(SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    long words = sizes.nonZeros() * Float.BYTES;
    long places = sizes.resultBytes(tile.rows()) / 2;
    int k = mostKept(sizes.k(), sizes.rows());
    long slab = slabRows(tile, sizes.measure(), sizes.rows(), k);
    return Scratch.held((sizes.rows() + 1) * Long.BYTES, words, words, places, places)
        + Scratch.held(
            words,
            sizes.rows() * Float.BYTES,
            (sizes.columns() + 1) * Long.BYTES,
            words,
            words,
            sizes.columns() * Integer.BYTES,
            slab * sizes.rows() * sumBytes(sizes.measure()),
            slab * sizes.rows() * Float.BYTES)
        + Scratch.held(TopKLists.pieces(slab, k));
  }

  private static int mostKept(long k, long rows) {
    return (int) Math.min(k, rows);
  }

  /** How many rows are scored at once. */
  private static long slabRows(
      SparseSimilarityTopK.Tile tile, SparseMeasure measure, long rows, int k) {
    long rowBytes = rows * (Float.BYTES + sumBytes(measure)) + TopKLists.rowBytes(k);
    long fitting = tile.slabBytes() / Math.max(1, rowBytes);
    return Math.min(tile.rows(), Math.max(1, fitting));
  }

  void sparseSimilarityTopK(SparseSimilarityTopK op) {
    CsrMatrix matrix = op.matrix();
    long rows = matrix.rows();
    if (op.tile().rows() == 0 || op.k() == 0) {
      return;
    }
    try (StreamRun run = StreamRun.begin(op, op.scores())) {
      long stored = matrix.values().size();
      long scaled = run.scratch(stored * Float.BYTES);
      long terms = run.scratch(rows * Float.BYTES);
      run.kernel(kernel(rowForms, "sparse_rows_f32_", op.measure()))
          .i64(rows)
          .i64(matrix.columns())
          .array(matrix.rowOffsets())
          .array(matrix.columnIndices())
          .array(matrix.values())
          .address(scaled)
          .address(terms)
          .launch(Ceil.div(rows, ROWS_OF_A_BLOCK), THREADS);
      long offsets = run.scratch((matrix.columns() + 1) * Long.BYTES);
      long rowOf = run.scratch(stored * Integer.BYTES);
      long valueOf = run.scratch(stored * Float.BYTES);
      transpose(run, matrix, scaled, offsets, rowOf, valueOf);
      scoreAndSelect(run, op, scaled, terms, offsets, rowOf, valueOf);
    }
  }

  private void transpose(
      StreamRun run, CsrMatrix matrix, long scaled, long offsets, long rowOf, long valueOf) {
    long counts = run.scratch(matrix.columns() * Integer.BYTES);
    long stored = matrix.values().size();
    // The bits of 0f are those of 0.
    run.kernel(context.module("elementwise").kernel("fill_f32"))
        .i64(matrix.columns())
        .i64(0)
        .f32(0)
        .address(counts)
        .launch(context.blocks(matrix.columns(), THREADS), THREADS);
    run.kernel(kernel("sparse_count_columns"))
        .i64(stored)
        .array(matrix.columnIndices())
        .address(counts)
        .launch(context.blocks(stored, THREADS), THREADS);
    run.kernel(kernel("sparse_column_offsets"))
        .i64(matrix.columns())
        .address(counts)
        .address(offsets)
        .launch(1, SCAN_THREADS);
    run.kernel(kernel("sparse_transpose"))
        .i64(matrix.rows())
        .array(matrix.rowOffsets())
        .array(matrix.columnIndices())
        .address(scaled)
        .address(offsets)
        .address(counts)
        .address(rowOf)
        .address(valueOf)
        .launch(Ceil.div(matrix.rows(), ROWS_OF_A_BLOCK), THREADS);
  }

  private void scoreAndSelect(
      StreamRun run,
      SparseSimilarityTopK op,
      long scaled,
      long terms,
      long offsets,
      long rowOf,
      long valueOf) {
    CsrMatrix matrix = op.matrix();
    long rows = matrix.rows();
    TopKLists lists = new TopKLists(context);
    int k = mostKept(op.k(), rows);
    boolean isCommon = op.measure().isOfCommonColumns();
    long slab = slabRows(op.tile(), op.measure(), rows, k);
    long sums = run.scratch(slab * rows * sumBytes(op.measure()));
    long scored = run.scratch(slab * rows * Float.BYTES);
    lists.take(run, slab, k, op.excludeSelf());
    for (long done = 0; done < op.tile().rows(); done += slab) {
      long first = op.tile().firstRow() + done;
      long now = Math.min(slab, op.tile().rows() - done);
      Kernel products =
          isCommon
              ? kernel(commonScores, "sparse_common_f32_", op.measure())
              : kernel("sparse_products");
      run.kernel(products)
          .i64(rows)
          .i64(first)
          .array(matrix.rowOffsets())
          .array(matrix.columnIndices())
          .address(scaled)
          .address(offsets)
          .address(rowOf)
          .address(valueOf);
      if (isCommon) {
        finishCommon(run, op.support(), now, terms, sums, scored);
      } else {
        run.address(scored).launch(now, THREADS);
        finishWhole(run, op, first, now, terms, scored);
      }
      lists.select(run, first, now, 0, rows, scored, rows, false);
      lists.write(run, done, now, op.indices(), op.scores());
    }
  }

  /** Sums and scores are one kernel, of which these are the last arguments. */
  private static void finishCommon(
      StreamRun run, Support support, long now, long terms, long sums, long scored) {
    run.address(terms)
        .f32(support.least())
        .f32(support.shrinkage())
        .f32(support.afterTheFirst() ? 1 : 0)
        .address(sums)
        .address(scored)
        .launch(now, THREADS);
  }

  /** Scores in the place of the products. */
  private void finishWhole(
      StreamRun run, SparseSimilarityTopK op, long first, long now, long terms, long scored) {
    CsrMatrix matrix = op.matrix();
    run.kernel(kernel(scores, "sparse_scores_f32_", op.measure()))
        .i64(matrix.rows())
        .i64(first)
        .array(matrix.rowOffsets())
        .array(matrix.columnIndices())
        .array(matrix.values())
        .address(terms)
        .address(scored)
        .launch(now, THREADS);
  }
}
