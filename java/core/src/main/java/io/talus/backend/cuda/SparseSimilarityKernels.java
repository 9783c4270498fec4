package io.talus.backend.cuda;

import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseSimilarityTopK;
import io.talus.tensor.CsrMatrix;

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
  private final Kernel[] rowForms = new Kernel[SimilarityMeasure.values().length];
  private final Kernel[] scores = new Kernel[rowForms.length];

  SparseSimilarityKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("sparse_similarity").kernel(name);
  }

  private Kernel kernel(Kernel[] all, String prefix, SimilarityMeasure measure) {
    if (all[measure.ordinal()] == null) {
      Kernel[] found = RowPacking.kernels(context, "sparse_similarity", prefix);
      System.arraycopy(found, 0, all, 0, all.length);
    }
    return all[measure.ordinal()];
  }

  /** The most that an operation holds: its operands and its scratch memory. */
  static long bytes(SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    long words = sizes.nonZeros() * Float.BYTES;
    long places = sizes.resultBytes(tile.rows()) / 2;
    int k = mostKept(sizes.k(), sizes.rows());
    long slab = slabRows(tile, sizes.rows(), k);
    return Scratch.held((sizes.rows() + 1) * Long.BYTES, words, words, places, places)
        + Scratch.held(
            words,
            sizes.rows() * Float.BYTES,
            (sizes.columns() + 1) * Long.BYTES,
            words,
            words,
            sizes.columns() * Integer.BYTES,
            slab * sizes.rows() * Float.BYTES)
        + Scratch.held(TopKLists.pieces(slab, k));
  }

  private static int mostKept(long k, long rows) {
    return (int) Math.min(k, rows);
  }

  /** How many rows are scored at once. */
  private static long slabRows(SparseSimilarityTopK.Tile tile, long rows, int k) {
    long fitting = tile.slabBytes() / Math.max(1, rows * Float.BYTES + TopKLists.rowBytes(k));
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
    long slab = slabRows(op.tile(), rows, k);
    long sums = run.scratch(slab * rows * Float.BYTES);
    lists.take(run, slab, k, op.excludeSelf());
    for (long done = 0; done < op.tile().rows(); done += slab) {
      long first = op.tile().firstRow() + done;
      long now = Math.min(slab, op.tile().rows() - done);
      run.kernel(kernel("sparse_products"))
          .i64(rows)
          .i64(first)
          .array(matrix.rowOffsets())
          .array(matrix.columnIndices())
          .address(scaled)
          .address(offsets)
          .address(rowOf)
          .address(valueOf)
          .address(sums)
          .launch(now, THREADS);
      run.kernel(kernel(scores, "sparse_scores_f32_", op.measure()))
          .i64(rows)
          .i64(first)
          .array(matrix.rowOffsets())
          .array(matrix.columnIndices())
          .array(matrix.values())
          .address(terms)
          .address(sums)
          .launch(now, THREADS);
      lists.select(run, first, now, 0, rows, sums, rows, false);
      lists.write(run, done, now, op.indices(), op.scores());
    }
  }
}
