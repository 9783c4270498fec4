package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.LayerNormalization;
import io.talus.op.LayerNormalizationGradient;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/layer_norm.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuLayerNormalization {
  private CpuLayerNormalization() {}

  private static native int talus_layer_norm_f32(
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long shift,
      float epsilon,
      @Cast("float*") long mean,
      @Cast("float*") long inverseDeviation,
      @Cast("float*") long y);

  static int run(LayerNormalization op) {
    return talus_layer_norm_f32(
        op.x().rows(),
        op.x().columns(),
        at(op.x()),
        at(op.scale()),
        at(op.shift()),
        op.epsilon(),
        at(op.mean()),
        at(op.inverseDeviation()),
        at(op.y()));
  }

  private static native int talus_layer_norm_gradient_f32(
      long rows,
      long columns,
      @Cast("const float*") long dY,
      @Cast("const float*") long x,
      @Cast("const float*") long scale,
      @Cast("const float*") long mean,
      @Cast("const float*") long inverseDeviation,
      @Cast("float*") long dX,
      @Cast("float*") long dScale,
      @Cast("float*") long dShift);

  static int run(LayerNormalizationGradient op) {
    return talus_layer_norm_gradient_f32(
        op.x().rows(),
        op.x().columns(),
        at(op.dY()),
        at(op.x()),
        at(op.scale()),
        at(op.mean()),
        at(op.inverseDeviation()),
        at(op.dX()),
        at(op.dScale()),
        at(op.dShift()));
  }
}
