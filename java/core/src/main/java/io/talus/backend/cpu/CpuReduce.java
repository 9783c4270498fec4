package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.ArgMax;
import io.talus.op.Reduce;
import io.talus.tensor.Tensor;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/reduce.cpp} and {@code argmax.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuReduce {
  private CpuReduce() {}

  private static native int talus_reduce_f32(
      int op,
      int axis,
      long rows,
      long columns,
      @Cast("const float*") long x,
      @Cast("float*") long y);

  static int run(Reduce op) {
    Tensor x = op.x();
    return talus_reduce_f32(
        op.function().code(), op.axis().code(), x.rows(), x.columns(), at(x), at(op.y()));
  }

  private static native int talus_argmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("int32_t*") long y);

  static int run(ArgMax op) {
    return talus_argmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y()));
  }
}
