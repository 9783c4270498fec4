package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * The gradient of {@link GruCell}. With {@code dN = dH (1 - z) (1 - n^2)}:
 *
 * <pre>
 * dX_r = dN u_n r (1 - r);  dX_z = dH (previous - n) z (1 - z);  dX_n = dN
 * dRecurrent_r = dX_r;      dRecurrent_z = dX_z;                 dRecurrent_n = dN r
 * dPrevious = betaPrevious dPrevious + dH z
 * </pre>
 *
 * <p>dPrevious is the way around the products alone: what comes through them, {@code dRecurrent
 * U^T}, is for a {@link Gemm} to add.
 *
 * <p><b>Shapes.</b> dH, previous and dPrevious are rows x units; gates, recurrent, dX and
 * dRecurrent rows x 3 units, as there.
 *
 * <p><b>Edge cases.</b> previous absent counts as 0. betaPrevious = 0: dPrevious is not read. A NaN
 * or infinity spoils its own row and unit alone. No rows: nothing happens.
 *
 * <p><b>Aliasing.</b> dX may be gates, dRecurrent may be recurrent, and dPrevious may be dH; apart
 * from that no output shares memory with anything.
 *
 * <p><b>Accuracy.</b> Each within 12 eps of its formula of absolute values, where {@code previous -
 * n} counts as one value. What underflows may be lost.
 *
 * <p><b>Cost.</b> One read and one write; about 18 flops a unit.
 *
 * @param dH of h, by all that it went into
 * @param gates that {@link GruCell} wrote
 * @param recurrent that it read; u_n of it is read again
 * @param previous the state before the step, or null
 * @param dPrevious or null
 */
public record GruCellGradient(
    Tensor dH,
    Tensor gates,
    Tensor recurrent,
    Tensor previous,
    Tensor dX,
    Tensor dRecurrent,
    float betaPrevious,
    Tensor dPrevious)
    implements Op {

  public GruCellGradient {
    long rows = dH.rows();
    long units = dH.columns();
    Check.of("gruCellGradient")
        .together(dH, gates, recurrent, previous, dX, dRecurrent, dPrevious)
        .that(units > 0, "dH is %s: there are no units", dH.shape())
        .matrix(gates, "gates", rows, 3 * units)
        .matrix(recurrent, "recurrent", rows, 3 * units)
        .matrix(previous, "previous", rows, units)
        .matrix(dX, "dX", rows, 3 * units)
        .matrix(dRecurrent, "dRecurrent", rows, 3 * units)
        .matrix(dPrevious, "dPrevious", rows, units)
        .sameOrApart(dX, "dX", gates, "gates")
        .apart(dX, "dX", dH, "dH")
        .apart(dX, "dX", recurrent, "recurrent")
        .apart(dX, "dX", previous, "previous")
        .apart(dX, "dX", dRecurrent, "dRecurrent")
        .apart(dX, "dX", dPrevious, "dPrevious")
        .sameOrApart(dRecurrent, "dRecurrent", recurrent, "recurrent")
        .apart(dRecurrent, "dRecurrent", dH, "dH")
        .apart(dRecurrent, "dRecurrent", gates, "gates")
        .apart(dRecurrent, "dRecurrent", previous, "previous")
        .apart(dRecurrent, "dRecurrent", dPrevious, "dPrevious")
        .sameOrApart(dPrevious, "dPrevious", dH, "dH")
        .apart(dPrevious, "dPrevious", gates, "gates")
        .apart(dPrevious, "dPrevious", recurrent, "recurrent")
        .apart(dPrevious, "dPrevious", previous, "previous")
        .orThrow();
  }

  @Override
  public String name() {
    return "gruCellGradient";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(dH);
    action.accept(gates);
    action.accept(recurrent);
    Check.visit(previous, action);
    action.accept(dX);
    action.accept(dRecurrent);
    Check.visit(dPrevious, action);
  }

  @Override
  public long flops() {
    return 18 * dH.size();
  }

  @Override
  public long bytes() {
    return dH.bytes()
        + gates.bytes()
        + recurrent.bytes() / 3
        + (previous == null ? 0 : previous.bytes())
        + dX.bytes()
        + dRecurrent.bytes()
        + (dPrevious == null ? 0 : (betaPrevious == 0 ? 1 : 2) * dPrevious.bytes());
  }
}
