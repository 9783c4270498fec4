package io.talus.backend.cuda;

import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;

/** Launches {@code kernels/src/embedding.cu}. */
final class EmbeddingKernels {
  private static final int THREADS = 256;
  private static final int WARPS = THREADS / 32;
  private static final int COLUMNS_OF_A_WARP = 128;

  private final CudaContext context;

  EmbeddingKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("embedding").kernel(name);
  }

  void embedding(Embedding op) {
    long size = op.y().size();
    long dimensions = op.table().columns();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      long quads =
          ElementLoop.quads(size, dimensions, StreamRun.at(op.table()) | StreamRun.at(op.y()));
      run.kernel(kernel("embedding_f32"))
          .i64(size)
          .i64(quads)
          .i64(dimensions)
          .i32((int) op.ids().columns())
          .array(op.table())
          .array(op.ids())
          .array(op.spans())
          .array(op.y());
      ElementLoop.launch(run, size, quads);
    }
  }

  void embeddingGradient(EmbeddingGradient op) {
    int rows = (int) op.dTable().rows();
    int count = (int) op.ids().size();
    long dimensions = op.dTable().columns();
    int slices = (int) Ceil.div(dimensions, COLUMNS_OF_A_WARP);
    try (StreamRun run = StreamRun.begin(op, op.dTable())) {
      long first = run.scratch((long) rows * Integer.BYTES);
      long last = run.scratch((long) rows * Integer.BYTES);
      long rowOf = run.scratch((long) count * Integer.BYTES);
      run.kernel(kernel("embedding_gradient_f32_begin"))
          .i32(rows)
          .address(first)
          .address(last)
          .launch(context.blocks(rows, THREADS), THREADS);
      run.kernel(kernel("embedding_gradient_f32_find"))
          .i32(count)
          .i32((int) op.ids().columns())
          .array(op.ids())
          .array(op.spans())
          .address(rowOf)
          .address(first)
          .address(last)
          .launch(context.blocks(count, THREADS), THREADS);
      run.kernel(kernel("embedding_gradient_f32"))
          .i64((long) rows * slices)
          .i32(slices)
          .i64(dimensions)
          .address(rowOf)
          .address(first)
          .address(last)
          .array(op.dY())
          .array(op.dTable())
          .launch(Ceil.div((long) rows * slices, WARPS), THREADS);
    }
  }
}
