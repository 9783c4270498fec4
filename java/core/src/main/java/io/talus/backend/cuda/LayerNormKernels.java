package io.talus.backend.cuda;

import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import java.util.Locale;

/**
 * Launches {@code kernels/src/layer_norm.cu}. How a row is shared and how rows are cut for the
 * gradients of scale and shift follows from the sizes alone.
 */
final class LayerNormKernels {
  /** A way to share rows among threads. */
  private enum Variant {
    WARP_4(128, 128, 4),
    WARP_16(512, 128, 4),
    BLOCK_16(4096, 256, 1),
    WIDE(Long.MAX_VALUE, 256, 1);

    final long widest;
    final int threads;
    final int rowsOfABlock;

    Variant(long widest, int threads, int rowsOfABlock) {
      this.widest = widest;
      this.threads = threads;
      this.rowsOfABlock = rowsOfABlock;
    }

    static int of(long columns) {
      int variant = 0;
      while (columns > ALL[variant].widest) {
        variant++;
      }
      return variant;
    }
  }

  private static final Variant[] ALL = Variant.values();
  private static final String[] NORMALIZE = names("layer_norm_f32_");
  private static final String[] GRADIENT = names("layer_norm_gradient_f32_");
  private static final int THREADS = 256;
  private static final int COLUMNS_OF_A_BLOCK = 32;
  private static final int ROWS_OF_A_SLICE = 256;

  private final CudaContext context;

  LayerNormKernels(CudaContext context) {
    this.context = context;
  }

  private static String[] names(String prefix) {
    String[] names = new String[ALL.length];
    for (Variant variant : ALL) {
      names[variant.ordinal()] = prefix + variant.name().toLowerCase(Locale.ROOT);
    }
    return names;
  }

  private Kernel kernel(String name) {
    return context.module("layer_norm").kernel(name);
  }

  void layerNormalization(LayerNormalization op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    int variant = Variant.of(columns);
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      run.kernel(kernel(NORMALIZE[variant]))
          .i64(rows)
          .i64(columns)
          .array(op.x())
          .array(op.scale())
          .array(op.shift())
          .f32(op.epsilon())
          .array(op.mean())
          .array(op.inverseDeviation())
          .array(op.y())
          .launch(Ceil.div(rows, ALL[variant].rowsOfABlock), ALL[variant].threads);
    }
  }

  void layerNormalizationGradient(LayerNormalizationGradient op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    int variant = Variant.of(columns);
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      columnSums(run, op); // first: dX may take dY's place
      run.kernel(kernel(GRADIENT[variant]))
          .i64(rows)
          .i64(columns)
          .array(op.dY())
          .array(op.x())
          .array(op.scale())
          .array(op.mean())
          .array(op.inverseDeviation())
          .array(op.dX())
          .launch(Ceil.div(rows, ALL[variant].rowsOfABlock), ALL[variant].threads);
    }
  }

  private void columnSums(StreamRun run, LayerNormalizationGradient op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    long slices = Ceil.div(rows, ROWS_OF_A_SLICE);
    long sums = run.scratch(slices * columns * Float.BYTES);
    long products = run.scratch(slices * columns * Float.BYTES);
    run.kernel(kernel("layer_norm_gradient_f32_columns"))
        .i64(rows)
        .i64(columns)
        .i64(ROWS_OF_A_SLICE)
        .array(op.dY())
        .array(op.x())
        .array(op.mean())
        .array(op.inverseDeviation())
        .address(sums)
        .address(products)
        .launch(slices * Ceil.div(columns, COLUMNS_OF_A_BLOCK), THREADS);
    run.kernel(kernel("layer_norm_gradient_f32_join"))
        .i64(columns)
        .i64(slices)
        .address(sums)
        .address(products)
        .array(op.dScale())
        .array(op.dShift())
        .launch(context.blocks(columns, THREADS), THREADS);
  }
}
