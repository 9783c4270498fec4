package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.SparseSimilarityTopK;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/sparse_similarity.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuSparseSimilarity {
  private CpuSparseSimilarity() {}

  private static native int talus_sparse_similarity_top_k_f32(
      int measure,
      long least,
      float shrinkage,
      int afterTheFirst,
      long rows,
      long columns,
      @Cast("const int64_t*") long rowOffsets,
      @Cast("const int32_t*") long columnIndices,
      @Cast("const float*") long values,
      long firstRow,
      long askedRows,
      int excludeSelf,
      long k,
      @Cast("int32_t*") long indices,
      @Cast("float*") long scores);

  static int run(SparseSimilarityTopK op) {
    return talus_sparse_similarity_top_k_f32(
        op.measure().code(),
        op.support().least(),
        op.support().shrinkage(),
        op.support().afterTheFirst() ? 1 : 0,
        op.matrix().rows(),
        op.matrix().columns(),
        at(op.matrix().rowOffsets()),
        at(op.matrix().columnIndices()),
        at(op.matrix().values()),
        op.tile().firstRow(),
        op.tile().rows(),
        op.excludeSelf() ? 1 : 0,
        op.k(),
        at(op.indices()),
        at(op.scores()));
  }

  private static native int talus_sparse_similarity_top_k_scratch(
      int measure,
      long least,
      float shrinkage,
      long rows,
      long columns,
      long stored,
      long askedRows,
      long k,
      @Cast("int64_t*") long bytes);

  /** The most that an operation holds: its operands and its scratch memory. */
  static long bytes(SparseSimilarityTopK.Sizes sizes, SparseSimilarityTopK.Tile tile) {
    try (LongPointer scratch = new LongPointer(1)) {
      talus_sparse_similarity_top_k_scratch(
          sizes.measure().code(),
          sizes.support().least(),
          sizes.support().shrinkage(),
          sizes.rows(),
          sizes.columns(),
          sizes.nonZeros(),
          tile.rows(),
          sizes.k(),
          scratch.address());
      return sizes.matrixBytes() + sizes.resultBytes(tile.rows()) + scratch.get(0);
    }
  }
}
