package io.talus.backend.cuda;

import io.talus.op.SparseSimilarityTopK;

/** Launches {@code kernels/src/sparse_similarity.cu}. */
final class SparseSimilarityKernels {
  private final CudaContext context;

  SparseSimilarityKernels(CudaContext context) {
    this.context = context;
  }

  void sparseSimilarityTopK(SparseSimilarityTopK op) {
    throw new UnsupportedOperationException("sparseSimilarityTopK");
  }
}
