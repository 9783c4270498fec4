package io.talus.backend.cuda;

import io.talus.op.GatherRows;
import io.talus.op.TransposeMatrix;

/** Launches {@code kernels/src/rearrange.cu}. */
final class RearrangeKernels {
  private final CudaContext context;

  RearrangeKernels(CudaContext context) {
    this.context = context;
  }

  void transpose(TransposeMatrix op) {
    throw new UnsupportedOperationException("transpose");
  }

  void gatherRows(GatherRows op) {
    throw new UnsupportedOperationException("gatherRows");
  }
}
