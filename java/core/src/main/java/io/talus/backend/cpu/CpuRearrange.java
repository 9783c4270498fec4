package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.GatherRows;
import io.talus.op.SwapAxes;
import io.talus.op.TransposeMatrix;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/transpose.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuRearrange {
  private CpuRearrange() {}

  private static native int talus_transpose_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(TransposeMatrix op) {
    return talus_transpose_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y()));
  }

  private static native int talus_swap_axes_f32(
      long outer, long inner, long width, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(SwapAxes op) {
    return talus_swap_axes_f32(
        op.x().shape().length(0),
        op.x().shape().length(1),
        op.x().columns(),
        at(op.x()),
        at(op.y()));
  }

  private static native int talus_gather_rows_f32(
      long rows,
      long columns,
      @Cast("const float*") long table,
      @Cast("const int32_t*") long indices,
      @Cast("float*") long y);

  static int run(GatherRows op) {
    return talus_gather_rows_f32(
        op.indices().size(), op.table().columns(), at(op.table()), at(op.indices()), at(op.y()));
  }
}
