package io.talus.bench.work;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.tensor.Tensor;

/** One step of recurrent layers, beside its products, of rows x units, and its gradient. */
public final class RecurrentWork {
  private static final int SAMPLES = 64;

  /** What the records promise and more, for values in [-1, 1). */
  private static final double TOLERANCE = 40 * Answer.EPSILON;

  private final Workspace workspace;
  private final long rows;
  private final long units;

  private RecurrentWork(Device device, NamedShape shape) {
    workspace = device.workspace();
    rows = shape.size(0);
    units = shape.size(1);
  }

  /**
   * Makes a work.
   *
   * @param kind {@code lstm-cell} or {@code gru-cell}, with {@code -gradient} at its end or not
   */
  public static Work of(Device device, String kind, NamedShape shape) {
    RecurrentWork work = new RecurrentWork(device, shape);
    return switch (kind) {
      case "lstm-cell" -> work.lstm();
      case "lstm-cell-gradient" -> work.lstmGradient();
      case "gru-cell" -> work.gru();
      case "gru-cell-gradient" -> work.gruGradient();
      default -> throw new IllegalArgumentException("there is no recurrent work '" + kind + "'");
    };
  }

  private Tensor signed(int gates, long seed) {
    return Numbers.signed(out(gates), seed);
  }

  private Tensor out(int gates) {
    return workspace.tensor(rows, gates * units);
  }

  private LstmCell lstmOp() {
    return new LstmCell(signed(4, 1), signed(1, 2), out(4), out(1), out(1));
  }

  private GruCell gruOp() {
    return new GruCell(signed(3, 1), signed(3, 2), signed(1, 3), out(3), out(1));
  }

  private Work lstm() {
    LstmCell op = lstmOp();
    return new Work(workspace, op, () -> workspace.device().lstmCell(op), () -> check(op));
  }

  private Work lstmGradient() {
    LstmCell forward = lstmOp();
    workspace.device().lstmCell(forward);
    LstmCellGradient op =
        new LstmCellGradient(
            signed(1, 4),
            signed(1, 5),
            forward.gates(),
            forward.previous(),
            forward.cell(),
            out(4),
            out(1));
    return new Work(workspace, op, () -> workspace.device().lstmCellGradient(op), () -> check(op));
  }

  private Work gru() {
    GruCell op = gruOp();
    return new Work(workspace, op, () -> workspace.device().gruCell(op), () -> check(op));
  }

  private Work gruGradient() {
    GruCell forward = gruOp();
    workspace.device().gruCell(forward);
    GruCellGradient op =
        new GruCellGradient(
            signed(1, 4),
            forward.gates(),
            forward.recurrent(),
            forward.previous(),
            out(3),
            out(3),
            0,
            out(1));
    return new Work(workspace, op, () -> workspace.device().gruCellGradient(op), () -> check(op));
  }

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  /** A gate's value of a unit, the {@code at}-th of all. */
  private double gate(Tensor gates, int gate, long at) {
    return gates.get(at / units, gate * units + at % units);
  }

  private double unit(Tensor values, long at) {
    return values.get(at / units, at % units);
  }

  private void near(double expected, double actual, String what, long at) {
    Answer.near(expected, actual, TOLERANCE, what, at / units, at % units);
  }

  private void check(LstmCell op) {
    for (long at : Answer.samples(SAMPLES, rows * units)) {
      double added = sigmoid(gate(op.z(), 0, at)) * Math.tanh(gate(op.z(), 2, at));
      double cell = sigmoid(gate(op.z(), 1, at)) * unit(op.previous(), at) + added;
      near(cell, unit(op.cell(), at), "cell", at);
      near(sigmoid(gate(op.z(), 3, at)) * Math.tanh(cell), unit(op.h(), at), "h", at);
    }
  }

  private void check(LstmCellGradient op) {
    for (long at : Answer.samples(SAMPLES, rows * units)) {
      double i = gate(op.gates(), 0, at);
      double f = gate(op.gates(), 1, at);
      double g = gate(op.gates(), 2, at);
      double o = gate(op.gates(), 3, at);
      double t = Math.tanh(unit(op.cell(), at));
      double dH = unit(op.dH(), at);
      double dC = unit(op.dCell(), at) + dH * o * (1 - t * t);
      near(dC * g * i * (1 - i), gate(op.dZ(), 0, at), "dZ of i", at);
      near(dC * unit(op.previous(), at) * f * (1 - f), gate(op.dZ(), 1, at), "dZ of f", at);
      near(dC * i * (1 - g * g), gate(op.dZ(), 2, at), "dZ of g", at);
      near(dH * t * o * (1 - o), gate(op.dZ(), 3, at), "dZ of o", at);
      near(dC * f, unit(op.dPrevious(), at), "dPrevious", at);
    }
  }

  private void check(GruCell op) {
    for (long at : Answer.samples(SAMPLES, rows * units)) {
      double r = sigmoid(gate(op.x(), 0, at) + gate(op.recurrent(), 0, at));
      double z = sigmoid(gate(op.x(), 1, at) + gate(op.recurrent(), 1, at));
      double n = Math.tanh(gate(op.x(), 2, at) + r * gate(op.recurrent(), 2, at));
      near((1 - z) * n + z * unit(op.previous(), at), unit(op.h(), at), "h", at);
    }
  }

  private void check(GruCellGradient op) {
    for (long at : Answer.samples(SAMPLES, rows * units)) {
      double r = gate(op.gates(), 0, at);
      double z = gate(op.gates(), 1, at);
      double n = gate(op.gates(), 2, at);
      double dH = unit(op.dH(), at);
      double dN = dH * (1 - z) * (1 - n * n);
      double ofR = dN * gate(op.recurrent(), 2, at) * r * (1 - r);
      double ofZ = dH * (unit(op.previous(), at) - n) * z * (1 - z);
      for (Tensor sums : new Tensor[] {op.dX(), op.dRecurrent()}) {
        near(ofR, gate(sums, 0, at), "gradient of r", at);
        near(ofZ, gate(sums, 1, at), "gradient of z", at);
      }
      near(dN, gate(op.dX(), 2, at), "dX of n", at);
      near(dN * r, gate(op.dRecurrent(), 2, at), "dRecurrent of n", at);
      near(dH * z, unit(op.dPrevious(), at), "dPrevious", at);
    }
  }
}
