package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.LogSoftmax;
import io.talus.op.Softmax;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/softmax.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuSoftmax {
  private CpuSoftmax() {}

  private static native int talus_softmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(Softmax op) {
    return talus_softmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y()));
  }

  private static native int talus_log_softmax_f32(
      long rows, long columns, @Cast("const float*") long x, @Cast("float*") long y);

  static int run(LogSoftmax op) {
    return talus_log_softmax_f32(op.x().rows(), op.x().columns(), at(op.x()), at(op.y()));
  }
}
