package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.Copy;
import io.talus.op.Fill;
import io.talus.op.Unary;
import io.talus.tensor.Tensor;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/elementwise.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuElementwise {
  private CpuElementwise() {}

  private static native int talus_fill_f32(long count, float value, @Cast("float*") long y);

  static int run(Fill op) {
    return fill(at(op.y()), op.y().size(), op.value());
  }

  /** {@code size} elements from an address on, as part of another operation. */
  static int fill(long y, long size, float value) {
    return talus_fill_f32(size, value, y);
  }

  private static native int talus_copy_f32(
      long count, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(Copy op) {
    return talus_copy_f32(op.x().size(), at(op.x()), at(op.y()));
  }

  private static native int talus_unary_f32(
      int op, long count, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(Unary op) {
    return talus_unary_f32(op.function().code(), op.x().size(), at(op.x()), at(op.y()));
  }

  private static native int talus_binary_f32(
      int op,
      int broadcast,
      long rows,
      long columns,
      @Cast("const float*") long a,
      @Cast("const float*") long b,
      @Cast("float*") long y);

  static int run(Binary op) {
    Tensor a = op.a();
    return talus_binary_f32(
        op.function().code(),
        op.broadcast().code(),
        a.rows(),
        a.columns(),
        at(a),
        at(op.b()),
        at(op.y()));
  }

  private static native int talus_axpby_f32(
      long count, float alpha, @Cast("const float*") long x, float beta, @Cast("float*") long y);

  static int run(Axpby op) {
    return talus_axpby_f32(op.x().size(), op.alpha(), at(op.x()), op.beta(), at(op.y()));
  }
}
