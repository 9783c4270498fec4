package io.talus.backend.cuda;

import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.Unary;

/** Launches {@code kernels/src/elementwise.cu}. */
final class ElementwiseKernels {
  private static final int THREADS = 256;

  private final CudaContext context;

  ElementwiseKernels(CudaContext context) {
    this.context = context;
  }

  private Kernel kernel(String name) {
    return context.module("elementwise").kernel(name);
  }

  void fill(Fill op) {
    long size = op.y().size();
    try (StreamRun run = StreamRun.begin(op, op.y())) {
      run.kernel(kernel("fill_f32"))
          .i64(size)
          .f32(op.value())
          .array(op.y())
          .launch(context.blocks(size, THREADS), THREADS);
    }
  }

  void copy(Copy op) {
    throw new UnsupportedOperationException("copy");
  }

  void unary(Unary op) {
    throw new UnsupportedOperationException("unary");
  }

  void binary(Binary op) {
    throw new UnsupportedOperationException("binary");
  }

  void axpby(Axpby op) {
    throw new UnsupportedOperationException("axpby");
  }
}
