package io.talus.backend.cuda;

import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import java.util.Locale;

/**
 * Launches {@code kernels/src/activation_gradient.cu}. How rows are cut for the sums of columns
 * follows from the sizes alone.
 */
final class ActivationGradientKernels {
  private static final String FAMILY = "activation_gradient";
  private static final int THREADS = 256;
  private static final int COLUMNS_OF_A_BLOCK = 32;
  private static final int ROWS_AT_ONCE = 8;
  private static final int BLOCKS_PER_MULTIPROCESSOR = 8;
  private static final int LEAST_ROWS = 4 * ROWS_AT_ONCE;

  private static final String[] NAMES = new String[Activation.values().length];
  private static final String[] NAMES_WITH_BIAS = new String[NAMES.length];

  static {
    for (Activation activation : Activation.values()) {
      String name = FAMILY + "_f32_" + activation.name().toLowerCase(Locale.ROOT);
      NAMES[activation.ordinal()] = name;
      NAMES_WITH_BIAS[activation.ordinal()] = name + "_bias";
    }
  }

  private final CudaContext context;

  ActivationGradientKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module(FAMILY).kernel(name);
  }

  void activationGradient(ActivationGradient op) {
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      if (op.dBias() == null) {
        long size = op.dY().size();
        run.kernel(kernel(NAMES[op.activation().ordinal()]))
            .i64(size)
            .array(op.dY())
            .array(op.saved())
            .array(op.dX())
            .launch(context.blocks(size, THREADS), THREADS);
      } else {
        withBias(run, op);
      }
    }
  }

  private void withBias(StreamRun run, ActivationGradient op) {
    long rows = op.dY().rows();
    long columns = op.dY().columns();
    long width = Ceil.div(columns, COLUMNS_OF_A_BLOCK);
    long rowsOfSlice = rowsOfSlice(rows, width);
    long slices = Ceil.div(rows, rowsOfSlice);
    long sums = run.scratch(slices * columns * Float.BYTES);
    run.kernel(kernel(NAMES_WITH_BIAS[op.activation().ordinal()]))
        .i64(rows)
        .i64(columns)
        .i64(rowsOfSlice)
        .array(op.dY())
        .array(op.saved())
        .array(op.dX())
        .address(sums)
        .launch(width * slices, THREADS);
    run.kernel(kernel("activation_gradient_combine_f32"))
        .i64(columns)
        .i64(slices)
        .address(sums)
        .f32(op.betaBias())
        .array(op.dBias())
        .launch(context.blocks(columns, THREADS), THREADS);
  }

  /** So many that the device is full, but enough for a thread to have several. */
  private long rowsOfSlice(long rows, long width) {
    long blocks = (long) context.multiprocessors() * BLOCKS_PER_MULTIPROCESSOR;
    long slices = Math.max(1, blocks / Math.max(1, width));
    return Math.max(LEAST_ROWS, Ceil.div(rows, slices));
  }
}
