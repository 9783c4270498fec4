package io.talus.backend.cuda;

import io.talus.op.ActivationGradient;

/** Launches {@code kernels/src/activation_gradient.cu}. */
final class ActivationGradientKernels {
  private final CudaContext context;

  ActivationGradientKernels(CudaContext context) {
    this.context = context;
  }

  void activationGradient(ActivationGradient op) {
    throw new UnsupportedOperationException("activationGradient");
  }
}
