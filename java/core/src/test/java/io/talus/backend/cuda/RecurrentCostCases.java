package io.talus.backend.cuda;

import static io.talus.backend.cuda.CostCase.Promise.ONCE;

import io.talus.Device;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.op.SwapAxes;
import java.util.List;

/** The ops of recurrent layers at the shapes whose cost is counted. */
final class RecurrentCostCases {
  private static final String SHAPE = "512x256";
  private static final int ROWS = 512;
  private static final int UNITS = 256;

  private RecurrentCostCases() {}

  static List<CostCase> all() {
    return List.of(
        CostCase.of(
            ONCE,
            SHAPE,
            Device::lstmCell,
            in ->
                new LstmCell(
                    in.floats(ROWS, 4 * UNITS),
                    in.floats(ROWS, UNITS),
                    in.zeros(ROWS, 4 * UNITS),
                    in.zeros(ROWS, UNITS),
                    in.zeros(ROWS, UNITS))),
        CostCase.of(
            ONCE,
            SHAPE,
            Device::lstmCellGradient,
            in ->
                new LstmCellGradient(
                    in.floats(ROWS, UNITS),
                    in.floats(ROWS, UNITS),
                    in.floats(ROWS, 4 * UNITS),
                    in.floats(ROWS, UNITS),
                    in.floats(ROWS, UNITS),
                    in.zeros(ROWS, 4 * UNITS),
                    in.zeros(ROWS, UNITS))),
        CostCase.of(
            ONCE,
            SHAPE,
            Device::gruCell,
            in ->
                new GruCell(
                    in.floats(ROWS, 3 * UNITS),
                    in.floats(ROWS, 3 * UNITS),
                    in.floats(ROWS, UNITS),
                    in.zeros(ROWS, 3 * UNITS),
                    in.zeros(ROWS, UNITS))),
        CostCase.of(
            ONCE,
            SHAPE,
            Device::gruCellGradient,
            in ->
                new GruCellGradient(
                    in.floats(ROWS, UNITS),
                    in.floats(ROWS, 3 * UNITS),
                    in.floats(ROWS, 3 * UNITS),
                    in.floats(ROWS, UNITS),
                    in.zeros(ROWS, 3 * UNITS),
                    in.zeros(ROWS, 3 * UNITS),
                    1,
                    in.floats(ROWS, UNITS))),
        CostCase.of(
            ONCE,
            "128x28x64",
            Device::swapAxes,
            in -> new SwapAxes(in.floats(128, 28, 64), in.zeros(28, 128, 64))));
  }
}
