package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link LstmCell}. With {@code t = tanh(cell)} and dC the whole gradient of cell:
 *
 * <pre>
 * dC   = dCell + dH o (1 - t^2)
 * dZ_i = dC g i (1 - i)
 * dZ_f = dC previous f (1 - f)
 * dZ_g = dC i (1 - g^2)
 * dZ_o = dH t o (1 - o)
 * dPrevious = dC f
 * </pre>
 *
 * <p><b>Shapes.</b> dH, dCell, previous, cell and dPrevious are rows x units, gates and dZ rows x 4
 * units, as there.
 *
 * <p><b>Edge cases.</b> dCell or previous absent counts as 0. A NaN or infinity spoils its own row
 * and unit alone. No rows: nothing happens.
 *
 * <p><b>Aliasing.</b> dZ may be gates, and dPrevious may be dCell; apart from that no output shares
 * memory with anything.
 *
 * <p><b>Accuracy.</b> With D = |dCell| + |dH o|, each within 20 eps of its formula with D for dC
 * and absolute values; dZ_o within 20 eps relative. What underflows may be lost.
 *
 * <p><b>Cost.</b> One read and one write; about 25 flops a unit.
 *
 * @param dH of h, by all that it went into
 * @param dCell of cell, by the steps to come; or null
 * @param gates that {@link LstmCell} wrote
 * @param previous the cell before the step, or null
 * @param dPrevious or null
 */
public record LstmCellGradient(
    Tensor dH,
    Tensor dCell,
    Tensor gates,
    Tensor previous,
    Tensor cell,
    Tensor dZ,
    Tensor dPrevious)
    implements Op {

  public LstmCellGradient {
    long rows = cell.rows();
    long units = cell.columns();
    Check.of("lstmCellGradient")
        .together(dH, dCell, gates, previous, cell, dZ, dPrevious)
        .that(units > 0, "cell is %s: there are no units", cell.shape())
        .matrix(dH, "dH", rows, units)
        .matrix(dCell, "dCell", rows, units)
        .matrix(gates, "gates", rows, 4 * units)
        .matrix(previous, "previous", rows, units)
        .matrix(dZ, "dZ", rows, 4 * units)
        .matrix(dPrevious, "dPrevious", rows, units)
        .sameOrApart(dZ, "dZ", gates, "gates")
        .apart(dZ, "dZ", dH, "dH")
        .apart(dZ, "dZ", dCell, "dCell")
        .apart(dZ, "dZ", previous, "previous")
        .apart(dZ, "dZ", cell, "cell")
        .apart(dZ, "dZ", dPrevious, "dPrevious")
        .sameOrApart(dPrevious, "dPrevious", dCell, "dCell")
        .apart(dPrevious, "dPrevious", dH, "dH")
        .apart(dPrevious, "dPrevious", gates, "gates")
        .apart(dPrevious, "dPrevious", previous, "previous")
        .apart(dPrevious, "dPrevious", cell, "cell")
        .orThrow();
  }

  @Override
  public String name() {
    return "lstmCellGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dH);
    Check.visit(dCell, action);
    action.accept(gates);
    Check.visit(previous, action);
    action.accept(cell);
    action.accept(dZ);
    Check.visit(dPrevious, action);
  }

  @Override
  public long flops() {
    return 25 * cell.size();
  }

  @Override
  public long bytes() {
    return dH.bytes()
        + (dCell == null ? 0 : dCell.bytes())
        + gates.bytes()
        + (previous == null ? 0 : previous.bytes())
        + cell.bytes()
        + dZ.bytes()
        + (dPrevious == null ? 0 : dPrevious.bytes());
  }
}
