package io.talus.backend.cpu;

import static io.talus.backend.cpu.CpuMemory.at;

import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Platform;

/** Calls {@code native/cpu/src/isa/recurrent.cpp}. */
@Platform(library = TalusCpu.LIBRARY)
final class CpuRecurrent {
  private CpuRecurrent() {}

  private static native int talus_lstm_cell_f32(
      long rows,
      long units,
      @Cast("const float*") long z,
      @Cast("const float*") long previous,
      @Cast("float*") long gates,
      @Cast("float*") long cell,
      @Cast("float*") long h);

  static int run(LstmCell op) {
    return talus_lstm_cell_f32(
        op.cell().rows(),
        op.cell().columns(),
        at(op.z()),
        at(op.previous()),
        at(op.gates()),
        at(op.cell()),
        at(op.h()));
  }

  private static native int talus_lstm_cell_gradient_f32(
      long rows,
      long units,
      @Cast("const float*") long dH,
      @Cast("const float*") long dCell,
      @Cast("const float*") long gates,
      @Cast("const float*") long previous,
      @Cast("const float*") long cell,
      @Cast("float*") long dZ,
      @Cast("float*") long dPrevious);

  static int run(LstmCellGradient op) {
    return talus_lstm_cell_gradient_f32(
        op.cell().rows(),
        op.cell().columns(),
        at(op.dH()),
        at(op.dCell()),
        at(op.gates()),
        at(op.previous()),
        at(op.cell()),
        at(op.dZ()),
        at(op.dPrevious()));
  }

  private static native int talus_gru_cell_f32(
      long rows,
      long units,
      @Cast("const float*") long x,
      @Cast("const float*") long recurrent,
      @Cast("const float*") long previous,
      @Cast("float*") long gates,
      @Cast("float*") long h);

  static int run(GruCell op) {
    return talus_gru_cell_f32(
        op.h().rows(),
        op.h().columns(),
        at(op.x()),
        at(op.recurrent()),
        at(op.previous()),
        at(op.gates()),
        at(op.h()));
  }

  private static native int talus_gru_cell_gradient_f32(
      long rows,
      long units,
      @Cast("const float*") long dH,
      @Cast("const float*") long gates,
      @Cast("const float*") long recurrent,
      @Cast("const float*") long previous,
      @Cast("float*") long dX,
      @Cast("float*") long dRecurrent,
      float betaPrevious,
      @Cast("float*") long dPrevious);

  static int run(GruCellGradient op) {
    return talus_gru_cell_gradient_f32(
        op.dH().rows(),
        op.dH().columns(),
        at(op.dH()),
        at(op.gates()),
        at(op.recurrent()),
        at(op.previous()),
        at(op.dX()),
        at(op.dRecurrent()),
        op.betaPrevious(),
        at(op.dPrevious()));
  }
}
