package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.ActivationGradient;
import io.talus.op.Epilogue;
import io.talus.op.Gemm;
import io.talus.tensor.Tensor;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/gemm.cpp} and {@code activation_gradient.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuGemm {
  private CpuGemm() {}

  private static native int talus_gemm_f32(
      int transA,
      int transB,
      long m,
      long n,
      long k,
      float alpha,
      @Cast("const float*") long a,
      long lda,
      @Cast("const float*") long b,
      long ldb,
      float beta,
      @Cast("float*") long c,
      long ldc,
      @Cast("const float*") long bias,
      int activation,
      @Cast("float*") long preActivation);

  static int run(Gemm op) {
    Epilogue epilogue = op.epilogue();
    return talus_gemm_f32(
        op.transposeA().ordinal(),
        op.transposeB().ordinal(),
        op.m(),
        op.n(),
        op.k(),
        op.alpha(),
        at(op.a()),
        op.a().columns(),
        at(op.b()),
        op.b().columns(),
        op.beta(),
        at(op.c()),
        op.c().columns(),
        at(epilogue.bias()),
        epilogue.activation().code(),
        at(epilogue.preActivation()));
  }

  private static native int talus_activation_gradient_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long saved,
      @Cast("float*") long dX,
      float betaBias,
      @Cast("float*") long dBias);

  static int run(ActivationGradient op) {
    Tensor dY = op.dY();
    return talus_activation_gradient_f32(
        op.activation().code(),
        dY.rows(),
        dY.columns(),
        at(dY),
        at(op.saved()),
        at(op.dX()),
        op.betaBias(),
        at(op.dBias()));
  }
}
