package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.BatchNormalization;
import io.talus.op.BatchNormalizationGradient;
import io.talus.op.BatchNormalizationInference;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/batch_norm.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuBatchNormalization {
  private CpuBatchNormalization() {}

  private static native int talus_batch_norm_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      float momentum,
      @Cast("float*") long mean,
      @Cast("float*") long inverseDeviation,
      @Cast("float*") long runningMean,
      @Cast("float*") long runningVariance,
      @Cast("float*") long y);

  static int run(BatchNormalization op) {
    return talus_batch_norm_f32(
        op.activation().code(),
        op.x().rows(),
        op.x().columns(),
        at(op.x()),
        at(op.scale()),
        at(op.shift()),
        op.epsilon(),
        op.momentum(),
        at(op.mean()),
        at(op.inverseDeviation()),
        at(op.runningMean()),
        at(op.runningVariance()),
        at(op.y()));
  }

  private static native int talus_batch_norm_gradient_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long y,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long mean,
      @Cast("const float*") long inverseDeviation,
      @Cast("float*") long dX,
      @Cast("float*") long dScale,
      @Cast("float*") long dShift);

  static int run(BatchNormalizationGradient op) {
    return talus_batch_norm_gradient_f32(
        op.activation().code(),
        op.x().rows(),
        op.x().columns(),
        at(op.dY()),
        at(op.y()),
        at(op.x()),
        at(op.scale()),
        at(op.mean()),
        at(op.inverseDeviation()),
        at(op.dX()),
        at(op.dScale()),
        at(op.dShift()));
  }

  private static native int talus_batch_norm_inference_f32(
      int activation,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      @Cast("const float*") long mean,
      @Cast("const float*") long variance,
      @Cast("float*") long y);

  static int run(BatchNormalizationInference op) {
    return talus_batch_norm_inference_f32(
        op.activation().code(),
        op.x().rows(),
        op.x().columns(),
        at(op.x()),
        at(op.scale()),
        at(op.shift()),
        op.epsilon(),
        at(op.mean()),
        at(op.variance()),
        at(op.y()));
  }
}
