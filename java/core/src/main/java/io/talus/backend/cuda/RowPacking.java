package io.talus.backend.cuda;

import io.talus.op.SimilarityMeasure;
import io.talus.tensor.Tensor;
import java.util.Locale;

/**
 * Packs the rows of a matrix as the tiles of the dense similarities want them ({@code
 * kernels/src/common/pair_tile.cuh}): in panels, padded with zeros, and in the form that the
 * measure gives a row before any product.
 */
final class RowPacking {
  static final int PANEL = 128;
  static final int THREADS = 256;

  private static final int DEPTH = 8;
  private static final int COLUMNS_OF_A_BLOCK = 32;
  private static final int ROWS_OF_A_BLOCK = THREADS / 32;
  private static final long BYTES_OF_A_FORM = 2 * Double.BYTES;
  // Packed rows held at once.
  private static final long MOST_BYTES = 64 << 20;

  private final CudaContext context;
  private final Kernel[] rowForms = new Kernel[SimilarityMeasure.values().length];

  RowPacking(CudaContext context) {
    this.context = context;
  }

  /** Kernels of the family, one for each measure, named for it. */
  static Kernel[] kernels(CudaContext context, String family, String prefix) {
    SimilarityMeasure[] measures = SimilarityMeasure.values();
    Kernel[] kernels = new Kernel[measures.length];
    for (int i = 0; i < kernels.length; i++) {
      kernels[i] =
          context.module(family).kernel(prefix + measures[i].name().toLowerCase(Locale.ROOT));
    }
    return kernels;
  }

  /** Steps of the tiles' loop over the columns. */
  static long steps(long columns) {
    return Ceil.div(columns, DEPTH);
  }

  /** Bytes of a packed row. */
  static long rowBytes(long columns) {
    return steps(columns) * DEPTH * Float.BYTES;
  }

  static long bytes(long rows, long columns) {
    return Ceil.multiple(rows, PANEL) * rowBytes(columns);
  }

  /** Rows to be packed at once: all, or as many whole panels as take a bounded amount of memory. */
  static long slab(long rows, long columns) {
    long most = MOST_BYTES / Math.max(1, rowBytes(columns)) / PANEL * PANEL;
    return Math.min(Ceil.multiple(rows, PANEL), Math.max(PANEL, most));
  }

  private static boolean areRowsAsTheyAre(SimilarityMeasure measure) {
    return switch (measure) {
      case DOT, EUCLIDEAN -> true;
      case COSINE, PEARSON -> false;
    };
  }

  /** Memory for {@link #pack}; 0 where it needs none. */
  long forms(StreamRun run, SimilarityMeasure measure, long rows) {
    return areRowsAsTheyAre(measure) ? 0 : run.scratch(rows * BYTES_OF_A_FORM);
  }

  /** Packs rows {@code first .. first + rows} of x to {@code packed}. */
  void pack(
      StreamRun run,
      SimilarityMeasure measure,
      Tensor x,
      long first,
      long rows,
      long forms,
      long packed) {
    long columns = x.columns();
    long from = StreamRun.at(x) + first * columns * Float.BYTES;
    if (forms != 0) {
      run.kernel(rowForms(measure))
          .i64(rows)
          .i64(columns)
          .address(from)
          .address(forms)
          .launch(Ceil.div(rows, ROWS_OF_A_BLOCK), THREADS);
    }
    long steps = steps(columns);
    long pieces = Ceil.div(steps * DEPTH, COLUMNS_OF_A_BLOCK);
    run.kernel(context.module("similarity").kernel("similarity_f32_pack"))
        .i64(rows)
        .i64(columns)
        .i64(steps)
        .address(from)
        .address(forms)
        .address(packed)
        .launch(Ceil.div(rows, PANEL) * pieces, THREADS);
  }

  private Kernel rowForms(SimilarityMeasure measure) {
    Kernel kernel = rowForms[measure.ordinal()];
    if (kernel == null) {
      Kernel[] all = kernels(context, "similarity", "similarity_f32_rows_");
      System.arraycopy(all, 0, rowForms, 0, all.length);
      kernel = rowForms[measure.ordinal()];
    }
    return kernel;
  }
}
