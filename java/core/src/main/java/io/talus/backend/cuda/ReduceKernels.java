package io.talus.backend.cuda;

import io.talus.op.ArgMax;
import io.talus.op.Reduce;

/** Launches {@code kernels/src/reduce.cu}. */
final class ReduceKernels {
  private final CudaContext context;

  ReduceKernels(CudaContext context) {
    this.context = context;
  }

  void reduce(Reduce op) {
    throw new UnsupportedOperationException("reduce");
  }

  void argMax(ArgMax op) {
    throw new UnsupportedOperationException("argMax");
  }
}
