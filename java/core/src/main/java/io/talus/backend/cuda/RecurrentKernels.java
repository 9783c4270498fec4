package io.talus.backend.cuda;

import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.tensor.Tensor;

/** Launches {@code kernels/src/recurrent.cu}. */
final class RecurrentKernels {
  private final CudaContext context;

  RecurrentKernels(CudaContext context) {
    this.context = context;
  }

  /** Begins a launch over all units of an array, rows x units. */
  private StreamRun begin(StreamRun run, String kernel, Tensor units) {
    return run.kernel(context.module("recurrent").kernel(kernel))
        .i64(units.rows())
        .i64(units.columns());
  }

  private static void launch(StreamRun run, Tensor units) {
    ElementLoop.launch(run, units.size(), 0);
  }

  void lstmCell(LstmCell op) {
    try (StreamRun run = StreamRun.begin(op, op.h())) {
      begin(run, "lstm_cell_f32", op.h())
          .array(op.z())
          .array(op.previous())
          .array(op.gates())
          .array(op.cell())
          .array(op.h());
      launch(run, op.h());
    }
  }

  void lstmCellGradient(LstmCellGradient op) {
    try (StreamRun run = StreamRun.begin(op, op.dZ())) {
      begin(run, "lstm_cell_gradient_f32", op.dH())
          .array(op.dH())
          .array(op.dCell())
          .array(op.gates())
          .array(op.previous())
          .array(op.cell())
          .array(op.dZ())
          .array(op.dPrevious());
      launch(run, op.dH());
    }
  }

  void gruCell(GruCell op) {
    try (StreamRun run = StreamRun.begin(op, op.h())) {
      begin(run, "gru_cell_f32", op.h())
          .array(op.x())
          .array(op.recurrent())
          .array(op.previous())
          .array(op.gates())
          .array(op.h());
      launch(run, op.h());
    }
  }

  void gruCellGradient(GruCellGradient op) {
    try (StreamRun run = StreamRun.begin(op, op.dX())) {
      begin(run, "gru_cell_gradient_f32", op.dH())
          .array(op.dH())
          .array(op.gates())
          .array(op.recurrent())
          .array(op.previous())
          .array(op.dX())
          .array(op.dRecurrent())
          .f32(op.betaPrevious())
          .array(op.dPrevious());
      launch(run, op.dH());
    }
  }
}
