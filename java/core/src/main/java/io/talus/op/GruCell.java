package io.talus.op;

import io.talus.tensor.DeviceArray;
import io.talus.tensor.Tensor;
import java.util.function.Consumer;

/**
 * One step of a gated recurrent unit, from what its products gave. With r, z and n the reset gate,
 * the update gate and the candidate, each a third of a row in this order, x the part of the input
 * and u, the array {@code recurrent}, that of the state before, and sigmoid(a) = 1 / (1 + exp(-a)):
 *
 * <pre>
 * r = sigmoid(x_r + u_r);  z = sigmoid(x_z + u_z);  n = tanh(x_n + r u_n)
 * h = (1 - z) n + z previous
 * </pre>
 *
 * <p>Of a whole layer x is {@code input W + b} and u is {@code previous U + d}: the reset gate is
 * applied after the product and its bias, as cuDNN and PyTorch have it, so that the products of all
 * three are one {@link Gemm}.
 *
 * <p><b>Shapes.</b> h and previous are rows x units; x, recurrent and gates rows x 3 units: r of
 * all units, then z, then n. An array of more axes counts as the matrix of its innermost axis.
 *
 * <p><b>Edge cases.</b> previous absent counts as 0. A NaN makes NaN of h in its own row and unit
 * and nowhere else; a gate whose sum is infinite is 0 or 1, an n -1 or 1. No rows: nothing happens.
 *
 * <p><b>Aliasing.</b> gates may be x, and h may be previous; apart from that no output shares
 * memory with anything.
 *
 * <p><b>Accuracy.</b> r and z within (6 + |a|) eps relative, with a what the sigmoid is taken of; n
 * within 6 eps relative and 2 eps (|x_n| + |r u_n|), for r as written; h within 4 eps (|n| + |z
 * previous|) for the gates as written. What underflows may be lost.
 *
 * <p><b>Cost.</b> One read and one write; three functions and eight other flops a unit.
 *
 * <p><b>Source.</b> Cho et al., 2014, with the reset gate behind the product.
 *
 * @param previous the state before this step, or null
 * @param gates r, z and n, which the gradient needs; or null
 */
public record GruCell(Tensor x, Tensor recurrent, Tensor previous, Tensor gates, Tensor h)
    implements Op {

  public GruCell {
    long rows = h.rows();
    long units = h.columns();
    Check.of("gruCell")
        .together(x, recurrent, previous, gates, h)
        .that(units > 0, "h is %s: there are no units", h.shape())
        .matrix(x, "x", rows, 3 * units)
        .matrix(recurrent, "recurrent", rows, 3 * units)
        .matrix(previous, "previous", rows, units)
        .matrix(gates, "gates", rows, 3 * units)
        .sameOrApart(gates, "gates", x, "x")
        .apart(gates, "gates", recurrent, "recurrent")
        .apart(gates, "gates", previous, "previous")
        .apart(gates, "gates", h, "h")
        .sameOrApart(h, "h", previous, "previous")
        .apart(h, "h", x, "x")
        .apart(h, "h", recurrent, "recurrent")
        .orThrow();
  }

  @Override
  public String name() {
    return "gruCell";
  }

  @Override
  public void forEachOperand(Consumer<? super DeviceArray> action) {
    action.accept(x);
    action.accept(recurrent);
    Check.visit(previous, action);
    Check.visit(gates, action);
    action.accept(h);
  }

  @Override
  public long flops() {
    return 11 * h.size();
  }

  @Override
  public long bytes() {
    return x.bytes()
        + recurrent.bytes()
        + (previous == null ? 0 : previous.bytes())
        + (gates == null ? 0 : gates.bytes())
        + h.bytes();
  }
}
