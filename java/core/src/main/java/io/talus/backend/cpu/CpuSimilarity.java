package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Similarity;
import io.talus.op.SimilarityTopK;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/similarity.cpp} and {@code similarity_top_k.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuSimilarity {
  private CpuSimilarity() {}

  private static native int talus_similarity_f32(
      int measure,
      long rowsA,
      long rowsB,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      @Cast("float*") long y);

  static int run(Similarity op) {
    return talus_similarity_f32(
        op.measure().code(),
        op.a().rows(),
        op.b().rows(),
        op.a().columns(),
        at(op.a()),
        at(op.b()),
        at(op.y()));
  }

  private static native int talus_similarity_top_k_f32(
      int measure,
      long rowsA,
      long rowsB,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      int excludeSelf,
      long k,
      @Cast("int32_t*") long indices,
      @Cast("float*") long scores);

  static int run(SimilarityTopK op) {
    return talus_similarity_top_k_f32(
        op.measure().code(),
        op.a().rows(),
        op.b().rows(),
        op.a().columns(),
        at(op.a()),
        at(op.b()),
        op.excludeSelf() ? 1 : 0,
        op.k(),
        at(op.indices()),
        at(op.scores()));
  }
}
