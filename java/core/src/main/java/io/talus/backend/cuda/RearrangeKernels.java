package io.talus.backend.cuda;

import io.talus.op.GatherRows;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;

/** Launches {@code kernels/src/rearrange.cu}. */
final class RearrangeKernels {
  private static final int TILE = 32;

  private final CudaContext context;

  RearrangeKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("rearrange").kernel(name);
  }

  void transpose(TransposeMatrix op) {
    long rows = op.x().rows();
    long columns = op.x().columns();
    int across = Math.toIntExact(Ceil.div(columns, TILE));
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      run.kernel(kernel("transpose_f32"))
          .i64(rows)
          .i64(columns)
          .i32(across)
          .array(op.x())
          .array(op.y())
          .launch(Ceil.div(rows, TILE) * across, ElementLoop.THREADS);
    }
  }

  void gatherRows(GatherRows op) {
    long size = op.y().size();
    long columns = op.table().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads =
          ElementLoop.quads(size, columns, StreamRun.at(op.table()) | StreamRun.at(op.y()));
      run.kernel(kernel("gather_rows_f32"))
          .i64(size)
          .i64(quads)
          .i64(columns)
          .array(op.table())
          .array(op.indices())
          .array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }

  void swapAxes(SwapAxes op) {
    long size = op.y().size();
    long width = op.x().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads = ElementLoop.quads(size, width, StreamRun.at(op.x()) | StreamRun.at(op.y()));
      run.kernel(kernel("swap_axes_f32"))
          .i64(size)
          .i64(quads)
          .i64(width)
          .i64(op.x().shape().length(0))
          .i64(op.x().shape().length(1))
          .array(op.x())
          .array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }
}
