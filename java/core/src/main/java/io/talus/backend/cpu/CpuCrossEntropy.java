package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.LinearCrossEntropy;
import io.talus.op.SoftmaxCrossEntropy;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/cross_entropy.cpp} and {@code linear_cross_entropy.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuCrossEntropy {
  private CpuCrossEntropy() {}

  private static native int talus_softmax_cross_entropy_f32(
      long rows,
      long classes,
      @Cast("const float*") long logits,
      @Cast("const int32_t*") long targets,
      int reduction,
      float labelSmoothing,
      int ignoreIndex,
      float scale,
      @Cast("float*") long loss,
      @Cast("float*") long dLogits);

  static int run(SoftmaxCrossEntropy op) {
    return talus_softmax_cross_entropy_f32(
        op.logits().rows(),
        op.logits().columns(),
        at(op.logits()),
        at(op.targets()),
        op.reduction().code(),
        op.labelSmoothing(),
        ignoreIndex(op.targets().exempt()),
        op.scale(),
        at(op.loss()),
        at(op.dLogits()));
  }

  private static native int talus_linear_cross_entropy_f32(
      long rows,
      long inputs,
      long classes,
      @Cast("const float*") long x,
      @Cast("const float*") long w,
      @Cast("const float*") long bias,
      @Cast("const int32_t*") long targets,
      int reduction,
      float labelSmoothing,
      int ignoreIndex,
      float scale,
      @Cast("float*") long loss,
      @Cast("float*") long dX,
      @Cast("float*") long dW,
      @Cast("float*") long dBias);

  static int run(LinearCrossEntropy op) {
    return talus_linear_cross_entropy_f32(
        op.x().rows(),
        op.x().columns(),
        op.w().columns(),
        at(op.x()),
        at(op.w()),
        at(op.bias()),
        at(op.targets()),
        op.reduction().code(),
        op.labelSmoothing(),
        ignoreIndex(op.targets().exempt()),
        op.scale(),
        at(op.loss()),
        at(op.dX()),
        at(op.dW()),
        at(op.dBias()));
  }

  /** The kernels take a label that never occurs where none is to be ignored. */
  private static int ignoreIndex(int exempt) {
    return exempt == 0 ? Integer.MIN_VALUE : exempt;
  }
}
