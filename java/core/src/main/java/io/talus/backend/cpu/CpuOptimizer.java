package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Adam;
import io.talus.op.Sgd;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/optimizer.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuOptimizer {
  private CpuOptimizer() {}

  private static native int talus_sgd_f32(
      long count,
      @Cast("float*") long weights,
      @Cast("const float*") long gradient,
      @Cast("float*") long velocity,
      @Cast("const float*") long learningRate,
      float momentum,
      int nesterov,
      float l2);

  static int run(Sgd op) {
    return talus_sgd_f32(
        op.weights().size(),
        at(op.weights()),
        at(op.gradient()),
        at(op.velocity()),
        at(op.learningRate()),
        op.momentum(),
        op.nesterov() ? 1 : 0,
        op.l2());
  }

  private static native int talus_adam_f32(
      long count,
      @Cast("float*") long weights,
      @Cast("const float*") long gradient,
      @Cast("float*") long m,
      @Cast("float*") long v,
      @Cast("const float*") long learningRate,
      @Cast("const int32_t*") long step,
      float beta1,
      float beta2,
      float epsilon,
      float l2,
      float decay);

  static int run(Adam op) {
    return talus_adam_f32(
        op.weights().size(),
        at(op.weights()),
        at(op.gradient()),
        at(op.m()),
        at(op.v()),
        at(op.learningRate()),
        at(op.step()),
        op.beta1(),
        op.beta2(),
        op.epsilon(),
        op.l2(),
        op.decay());
  }
}
