package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * One step of a long short-term memory, from what its products gave. With i, f, g and o the input
 * gate, the forget gate, the candidate and the output gate, each a fourth of a row in this order,
 * and sigmoid(a) = 1 / (1 + exp(-a)):
 *
 * <pre>
 * i = sigmoid(z_i);  f = sigmoid(z_f);  g = tanh(z_g);  o = sigmoid(z_o)
 * cell = f previous + i g
 * h    = o tanh(cell)
 * </pre>
 *
 * <p>z is {@code x W + h' U + b} of a whole layer: two {@link Gemm}s, the second of which adds to
 * the first.
 *
 * <p><b>Shapes.</b> cell, h and previous are rows x units, z and gates rows x 4 units: z_i of all
 * units, then z_f, z_g, z_o. An array of more axes counts as the matrix of its innermost axis.
 *
 * <p><b>Edge cases.</b> previous absent counts as 0. A NaN in z makes NaN of its gate, of h and,
 * but in z_o, of cell, one in previous of cell and h: in its own row and unit, and nowhere else. An
 * infinity in z saturates its gate: 0 or 1, for g -1 or 1. No rows: nothing happens.
 *
 * <p><b>Aliasing.</b> gates may be z, and cell may be previous; apart from that no output shares
 * memory with anything.
 *
 * <p><b>Accuracy.</b> gates within 6 eps relative; cell within 4 eps (|f previous| + |i g|) for the
 * gates as written; h within 8 eps relative for o and cell as written. What underflows may be lost.
 *
 * <p><b>Cost.</b> One read and one write; five functions and four other flops a unit.
 *
 * <p><b>Source.</b> Hochreiter and Schmidhuber, 1997; the forget gate is that of Gers, Schmidhuber
 * and Cummins, 2000.
 *
 * @param previous the cell before this step, or null
 * @param gates i, f, g and o, which the gradient needs; or null
 */
public record LstmCell(Tensor z, Tensor previous, Tensor gates, Tensor cell, Tensor h)
    implements Op {

  public LstmCell {
    long rows = cell.rows();
    long units = cell.columns();
    Check.of("lstmCell")
        .together(z, previous, gates, cell, h)
        .that(units > 0, "cell is %s: there are no units", cell.shape())
        .matrix(z, "z", rows, 4 * units)
        .matrix(previous, "previous", rows, units)
        .matrix(gates, "gates", rows, 4 * units)
        .matrix(h, "h", rows, units)
        .sameOrApart(gates, "gates", z, "z")
        .apart(gates, "gates", previous, "previous")
        .apart(gates, "gates", cell, "cell")
        .apart(gates, "gates", h, "h")
        .sameOrApart(cell, "cell", previous, "previous")
        .apart(cell, "cell", z, "z")
        .apart(cell, "cell", h, "h")
        .apart(h, "h", z, "z")
        .apart(h, "h", previous, "previous")
        .orThrow();
  }

  @Override
  public String name() {
    return "lstmCell";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(z);
    Check.visit(previous, action);
    Check.visit(gates, action);
    action.accept(cell);
    action.accept(h);
  }

  @Override
  public long flops() {
    return 9 * h.size();
  }

  @Override
  public long bytes() {
    return z.bytes()
        + (previous == null ? 0 : previous.bytes())
        + (gates == null ? 0 : gates.bytes())
        + cell.bytes()
        + h.bytes();
  }
}
