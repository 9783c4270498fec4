package io.talus.backend.cuda;

import io.talus.op.LogSoftmax;
import io.talus.op.Softmax;

/** Launches {@code kernels/src/softmax.cu}. */
final class SoftmaxKernels {
  private final CudaContext context;

  SoftmaxKernels(CudaContext context) {
    this.context = context;
  }

  void softmax(Softmax op) {
    throw new UnsupportedOperationException("softmax");
  }

  void logSoftmax(LogSoftmax op) {
    throw new UnsupportedOperationException("logSoftmax");
  }
}
