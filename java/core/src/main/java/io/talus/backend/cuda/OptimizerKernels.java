package io.talus.backend.cuda;

import io.talus.op.Adam;
import io.talus.op.Sgd;

/** Launches {@code kernels/src/optimizer.cu}. */
final class OptimizerKernels {
  private final CudaContext context;

  OptimizerKernels(CudaContext context) {
    this.context = context;
  }

  void sgd(Sgd op) {
    throw new UnsupportedOperationException("sgd");
  }

  void adam(Adam op) {
    throw new UnsupportedOperationException("adam");
  }
}
