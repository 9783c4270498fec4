package io.talus.backend.cuda;

import io.talus.op.LinearCrossEntropy;

/** Launches {@code kernels/src/linear_cross_entropy.cu}. */
final class LinearCrossEntropyKernels {
  private final CudaContext context;

  LinearCrossEntropyKernels(CudaContext context) {
    this.context = context;
  }

  void linearCrossEntropy(LinearCrossEntropy op) {
    throw new UnsupportedOperationException("linearCrossEntropy");
  }
}
