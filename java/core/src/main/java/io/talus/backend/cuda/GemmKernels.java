package io.talus.backend.cuda;

import io.talus.op.ActivationGradient;
import io.talus.op.Gemm;

/** Launches {@code kernels/src/gemm.cu}. */
final class GemmKernels {
  private final CudaContext context;

  GemmKernels(CudaContext context) {
    this.context = context;
  }

  void gemm(Gemm op) {
    throw new UnsupportedOperationException("gemm");
  }

  void activationGradient(ActivationGradient op) {
    throw new UnsupportedOperationException("activationGradient");
  }
}
