package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import io.talus.tensor.Tensor;
import java.util.Locale;

/**
 * Launches {@code kernels/src/batch_norm.cu}. How rows are cut for the statistics follows from the
 * sizes alone.
 */
final class BatchNormKernels {
  private static final int THREADS = 256;
  private static final int COLUMNS_OF_A_BLOCK = 32;
  private static final int ROWS_OF_A_SLICE = 256;

  private static final String[] APPLY = names("batch_norm_f32_apply_");
  private static final String[] GRADIENT_SUMS = names("batch_norm_gradient_f32_sums_");
  private static final String[] GRADIENT_APPLY = names("batch_norm_gradient_f32_apply_");

  private final CudaContext context;

  BatchNormKernels(CudaContext context) {
    this.context = context;
  }

  private static String[] names(String prefix) {
    String[] names = new String[Activation.values().length];
    for (Activation activation : Activation.values()) {
      names[activation.ordinal()] = prefix + activation.name().toLowerCase(Locale.ROOT);
    }
    return names;
  }

  private Kernel kernel(String name) {
    return context.module("batch_norm").kernel(name);
  }

  void batchNormalization(BatchNormalization op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    long slices = Ceil.div(rows, ROWS_OF_A_SLICE);
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long means = run.scratch(slices * columns * Float.BYTES);
      long squares = run.scratch(slices * columns * Float.BYTES);
      long factor = run.scratch(columns * Float.BYTES);
      long offset = run.scratch(columns * Float.BYTES);
      run.kernel(kernel("batch_norm_f32_statistics"))
          .i64(rows)
          .i64(columns)
          .i64(ROWS_OF_A_SLICE)
          .array(op.x())
          .address(means)
          .address(squares)
          .launch(slices * Ceil.div(columns, COLUMNS_OF_A_BLOCK), THREADS);
      run.kernel(kernel("batch_norm_f32_join"))
          .i64(rows)
          .i64(columns)
          .i64(ROWS_OF_A_SLICE)
          .i64(slices)
          .array(op.x())
          .address(means)
          .address(squares)
          .array(op.scale())
          .array(op.shift())
          .f32(op.epsilon())
          .f32(op.momentum())
          .array(op.mean())
          .array(op.inverseDeviation())
          .array(op.runningMean())
          .array(op.runningVariance())
          .address(factor)
          .address(offset)
          .launch(context.blocks(columns, THREADS), THREADS);
      apply(run, op.activation(), op.x(), factor, offset, op.y());
    }
  }

  void batchNormalizationInference(BatchNormalizationInference op) {
    long columns = op.x().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long factor = run.scratch(columns * Float.BYTES);
      long offset = run.scratch(columns * Float.BYTES);
      run.kernel(kernel("batch_norm_f32_inference"))
          .i64(columns)
          .array(op.scale())
          .array(op.shift())
          .f32(op.epsilon())
          .array(op.mean())
          .array(op.variance())
          .address(factor)
          .address(offset)
          .launch(context.blocks(columns, THREADS), THREADS);
      apply(run, op.activation(), op.x(), factor, offset, op.y());
    }
  }

  private void apply(
      StreamRun run, Activation activation, Tensor x, long factor, long offset, Tensor y) {
    run.kernel(kernel(APPLY[activation.ordinal()]))
        .i64(x.size())
        .i64(x.columns())
        .array(x)
        .address(factor)
        .address(offset)
        .array(y)
        .launch(context.blocks(x.size(), THREADS), THREADS);
  }

  void batchNormalizationGradient(BatchNormalizationGradient op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    long slices = Ceil.div(rows, ROWS_OF_A_SLICE);
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      long sums = run.scratch(slices * columns * Float.BYTES);
      long products = run.scratch(slices * columns * Float.BYTES);
      long by = run.scratch(columns * Float.BYTES);
      long less = run.scratch(columns * Float.BYTES);
      long slope = run.scratch(columns * Float.BYTES);
      run.kernel(kernel(GRADIENT_SUMS[op.activation().ordinal()]))
          .i64(rows)
          .i64(columns)
          .i64(ROWS_OF_A_SLICE)
          .array(op.dY())
          .array(op.y())
          .array(op.x())
          .array(op.mean())
          .array(op.inverseDeviation())
          .address(sums)
          .address(products)
          .launch(slices * Ceil.div(columns, COLUMNS_OF_A_BLOCK), THREADS);
      run.kernel(kernel("batch_norm_gradient_f32_join"))
          .i64(rows)
          .i64(columns)
          .i64(slices)
          .address(sums)
          .address(products)
          .array(op.scale())
          .array(op.inverseDeviation())
          .array(op.dScale())
          .array(op.dShift())
          .address(by)
          .address(less)
          .address(slope)
          .launch(context.blocks(columns, THREADS), THREADS);
      run.kernel(kernel(GRADIENT_APPLY[op.activation().ordinal()]))
          .i64(op.x().size())
          .i64(columns)
          .array(op.dY())
          .array(op.y())
          .array(op.x())
          .array(op.mean())
          .address(by)
          .address(less)
          .address(slope)
          .array(op.dX())
          .launch(context.blocks(op.x().size(), THREADS), THREADS);
    }
  }
}
