package io.talus.backend.cuda;

import io.talus.op.SoftmaxCrossEntropy;

/** Launches {@code kernels/src/cross_entropy.cu}. */
final class CrossEntropyKernels {
  private final CudaContext context;

  CrossEntropyKernels(CudaContext context) {
    this.context = context;
  }

  void softmaxCrossEntropy(SoftmaxCrossEntropy op) {
    throw new UnsupportedOperationException("softmaxCrossEntropy");
  }
}
