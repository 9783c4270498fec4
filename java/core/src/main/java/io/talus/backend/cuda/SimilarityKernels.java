package io.talus.backend.cuda;

import io.talus.op.Similarity;
import io.talus.op.SimilarityTopK;

/** Launches {@code kernels/src/similarity.cu}. */
final class SimilarityKernels {
  private final CudaContext context;

  SimilarityKernels(CudaContext context) {
    this.context = context;
  }

  void similarity(Similarity op) {
    throw new UnsupportedOperationException("similarity");
  }

  void similarityTopK(SimilarityTopK op) {
    throw new UnsupportedOperationException("similarityTopK");
  }
}
