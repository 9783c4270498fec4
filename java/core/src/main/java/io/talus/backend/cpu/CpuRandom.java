package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Dropout;
import io.talus.op.RandomNormal;
import io.talus.op.RandomUniform;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/random.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuRandom {
  private CpuRandom() {}

  private static native int talus_random_uniform_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float low,
      float high,
      @Cast("float*") long y);

  static int run(RandomUniform op) {
    return talus_random_uniform_f32(
        op.y().size(), op.seed(), op.stream(), at(op.step()), op.low(), op.high(), at(op.y()));
  }

  private static native int talus_random_normal_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float mean,
      float deviation,
      @Cast("float*") long y);

  static int run(RandomNormal op) {
    return talus_random_normal_f32(
        op.y().size(),
        op.seed(),
        op.stream(),
        at(op.step()),
        op.mean(),
        op.deviation(),
        at(op.y()));
  }

  private static native int talus_dropout_f32(
      long count,
      @Cast("uint64_t") long seed,
      @Cast("uint32_t") int stream,
      @Cast("const int32_t*") long step,
      float rate,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static int run(Dropout op) {
    return talus_dropout_f32(
        op.x().size(), op.seed(), op.stream(), at(op.step()), op.rate(), at(op.x()), at(op.y()));
  }
}
