package io.talus.backend.cuda;

import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;

/** Launches {@code kernels/src/random.cu}. */
final class RandomKernels {
  private final CudaContext context;

  RandomKernels(CudaContext context) {
    this.context = context;
  }

  void randomUniform(RandomUniform op) {
    throw new UnsupportedOperationException("randomUniform");
  }

  void randomNormal(RandomNormal op) {
    throw new UnsupportedOperationException("randomNormal");
  }

  void dropout(Dropout op) {
    throw new UnsupportedOperationException("dropout");
  }
}
