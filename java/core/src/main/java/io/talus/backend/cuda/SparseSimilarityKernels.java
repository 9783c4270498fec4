package io.talus.backend.cuda;

import io.talus.op.SparseMeasure;
import io.talus.op.SparseSimilarityTopK;
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
  private final Kernel[] supportedScores = new Kernel[rowForms.length];

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

  /** The most that an operation holds: its operands and its scratch memory. */
  static long bytes(SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    long words = sizes.nonZeros() * Float.BYTES;
    long places = sizes.resultBytes(tile.rows()) / 2;
    int k = mostKept(sizes.k(), sizes.rows());
    SparseRanges ranges = SparseRanges.of(sizes);
    long columns = ranges.columns(sizes.columns());
    long slab = slabRows(tile, ranges, sizes.rows(), k);
    return Scratch.held((sizes.rows() + 1) * Long.BYTES, words, words, places, places)
        + Scratch.held(
            words,
            sizes.rows() * Float.BYTES,
            (columns + 1) * Long.BYTES,
            words,
            words,
            columns * Integer.BYTES,
            slab * sizes.rows() * ranges.sumBytes(),
            slab * sizes.rows() * Float.BYTES)
        + Scratch.held(TopKLists.pieces(slab, k));
  }

  private static int mostKept(long k, long rows) {
    return (int) Math.min(k, rows);
  }

  /** How many rows are scored at once. */
  private static long slabRows(
      SparseSimilarityTopK.Tile tile, SparseRanges ranges, long rows, int k) {
    long rowBytes = rows * (Float.BYTES + ranges.sumBytes()) + TopKLists.rowBytes(k);
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
      SparseRanges ranges = SparseRanges.of(op.sizes());
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
      Columns columns =
          new Columns(
              ranges,
              scaled,
              run.scratch((ranges.columns(matrix.columns()) + 1) * Long.BYTES),
              run.scratch(stored * Integer.BYTES),
              run.scratch(stored * Float.BYTES));
      transpose(run, matrix, columns);
      scoreAndSelect(run, op, columns, terms);
    }
  }

  /** The matrix turned into columns, range by range. */
  private record Columns(
      SparseRanges ranges, long scaled, long offsets, long rowOf, long valueOf) {}

  private void transpose(StreamRun run, CsrMatrix matrix, Columns columns) {
    long all = columns.ranges.columns(matrix.columns());
    long counts = run.scratch(all * Integer.BYTES);
    // The bits of 0f are those of 0.
    run.kernel(context.module("elementwise").kernel("fill_f32"))
        .i64(all)
        .i64(0)
        .f32(0)
        .address(counts)
        .launch(context.blocks(all, THREADS), THREADS);
    run.kernel(kernel("sparse_count_columns"))
        .i64(matrix.rows())
        .i64(columns.ranges.rows())
        .i64(matrix.columns())
        .array(matrix.rowOffsets())
        .array(matrix.columnIndices())
        .address(counts)
        .launch(Ceil.div(matrix.rows(), ROWS_OF_A_BLOCK), THREADS);
    run.kernel(kernel("sparse_column_offsets"))
        .i64(all)
        .address(counts)
        .address(columns.offsets)
        .launch(1, SCAN_THREADS);
    run.kernel(kernel("sparse_transpose"))
        .i64(matrix.rows())
        .i64(columns.ranges.rows())
        .i64(matrix.columns())
        .array(matrix.rowOffsets())
        .array(matrix.columnIndices())
        .address(columns.scaled)
        .address(columns.offsets)
        .address(counts)
        .address(columns.rowOf)
        .address(columns.valueOf)
        .launch(Ceil.div(matrix.rows(), ROWS_OF_A_BLOCK), THREADS);
  }

  private void scoreAndSelect(StreamRun run, SparseSimilarityTopK op, Columns columns, long terms) {
    long rows = op.matrix().rows();
    TopKLists lists = new TopKLists(context);
    int k = mostKept(op.k(), rows);
    long slab = slabRows(op.tile(), columns.ranges, rows, k);
    long sums = run.scratch(slab * rows * columns.ranges.sumBytes());
    long scored = run.scratch(slab * rows * Float.BYTES);
    lists.take(run, slab, k, op.excludeSelf());
    for (long done = 0; done < op.tile().rows(); done += slab) {
      long first = op.tile().firstRow() + done;
      long now = Math.min(slab, op.tile().rows() - done);
      if (op.sizes().countsCommonColumns()) {
        products(run, pairs(op.measure()), op, columns, first)
            .address(terms)
            .f32(op.support().least())
            .f32(op.support().shrinkage())
            .f32(op.support().afterTheFirst() ? 1 : 0)
            .address(sums);
        launch(run.address(scored), op.matrix(), columns.ranges, now);
      } else {
        products(run, kernel("sparse_products"), op, columns, first);
        launch(run.address(scored), op.matrix(), columns.ranges, now);
        finishWhole(run, op, first, now, terms, scored);
      }
      lists.select(run, first, now, 0, rows, scored, rows, false);
      lists.write(run, done, now, op.indices(), op.scores());
    }
  }

  private Kernel pairs(SparseMeasure measure) {
    return measure.isOfCommonColumns()
        ? kernel(commonScores, "sparse_common_f32_", measure)
        : kernel(supportedScores, "sparse_supported_f32_", measure);
  }

  /** The arguments that all products of rows have. */
  private static StreamRun products(
      StreamRun run, Kernel kernel, SparseSimilarityTopK op, Columns columns, long first) {
    return run.kernel(kernel)
        .i64(op.matrix().rows())
        .i64(first)
        .i64(columns.ranges.rows())
        .i64(op.matrix().columns())
        .array(op.matrix().rowOffsets())
        .array(op.matrix().columnIndices())
        .address(columns.scaled)
        .address(columns.offsets)
        .address(columns.rowOf)
        .address(columns.valueOf);
  }

  private static void launch(StreamRun run, CsrMatrix matrix, SparseRanges ranges, long now) {
    int threads = ranges.threads(matrix.values().size(), matrix.columns());
    run.launch(now, ranges.number(), 1, threads, 0);
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
