package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Embedding;
import io.talus.op.EmbeddingGradient;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/embedding.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuEmbedding {
  private CpuEmbedding() {}

  private static native int talus_embedding_f32(
      long count,
      long columns,
      long dimensions,
      @Cast("const float*") long table,
      @Cast("const float*") long ids,
      @Cast("const int32_t*") long spans,
      @Cast("float*") long y);

  static int run(Embedding op) {
    return talus_embedding_f32(
        op.ids().size(),
        op.ids().columns(),
        op.table().columns(),
        at(op.table()),
        at(op.ids()),
        at(op.spans()),
        at(op.y()));
  }

  private static native int talus_embedding_gradient_f32(
      long count,
      long columns,
      long rows,
      long dimensions,
      @Cast("const float*") long dY,
      @Cast("const float*") long ids,
      @Cast("const int32_t*") long spans,
      @Cast("float*") long dTable);

  static int run(EmbeddingGradient op) {
    return talus_embedding_gradient_f32(
        op.ids().size(),
        op.ids().columns(),
        op.dTable().rows(),
        op.dTable().columns(),
        at(op.dY()),
        at(op.ids()),
        at(op.spans()),
        at(op.dTable()));
  }
}
