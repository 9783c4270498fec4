package io.talus.backend.reference;

import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;

/** Steps of recurrent layers, a unit after the other. */
final class ReferenceRecurrent {
  private ReferenceRecurrent() {}

  private static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  private static double orZero(Floats optional, long row, long unit) {
    return optional == null ? 0 : optional.get(row, unit);
  }

  static void run(LstmCell op) {
    long units = op.cell().columns();
    Floats z = Floats.of(op.z());
    Floats previous = Floats.of(op.previous());
    Floats gates = Floats.of(op.gates());
    for (long row = 0; row < op.cell().rows(); row++) {
      for (long unit = 0; unit < units; unit++) {
        double i = sigmoid(z.get(row, unit));
        double f = sigmoid(z.get(row, units + unit));
        double g = Math.tanh(z.get(row, 2 * units + unit));
        double o = sigmoid(z.get(row, 3 * units + unit));
        double cell = f * orZero(previous, row, unit) + i * g;
        if (gates != null) {
          gates.set(row, unit, i);
          gates.set(row, units + unit, f);
          gates.set(row, 2 * units + unit, g);
          gates.set(row, 3 * units + unit, o);
        }
        Floats.of(op.cell()).set(row, unit, cell);
        Floats.of(op.h()).set(row, unit, o * Math.tanh(cell));
      }
    }
  }

  static void run(LstmCellGradient op) {
    long units = op.cell().columns();
    Floats gates = Floats.of(op.gates());
    Floats dZ = Floats.of(op.dZ());
    for (long row = 0; row < op.cell().rows(); row++) {
      for (long unit = 0; unit < units; unit++) {
        double i = gates.get(row, unit);
        double f = gates.get(row, units + unit);
        double g = gates.get(row, 2 * units + unit);
        double o = gates.get(row, 3 * units + unit);
        double t = Math.tanh(Floats.of(op.cell()).get(row, unit));
        double dH = Floats.of(op.dH()).get(row, unit);
        double dC = orZero(Floats.of(op.dCell()), row, unit) + dH * o * (1 - t * t);
        dZ.set(row, unit, dC * g * i * (1 - i));
        dZ.set(row, units + unit, dC * orZero(Floats.of(op.previous()), row, unit) * f * (1 - f));
        dZ.set(row, 2 * units + unit, dC * i * (1 - g * g));
        dZ.set(row, 3 * units + unit, dH * t * o * (1 - o));
        if (op.dPrevious() != null) {
          Floats.of(op.dPrevious()).set(row, unit, dC * f);
        }
      }
    }
  }

  static void run(GruCell op) {
    long units = op.h().columns();
    Floats x = Floats.of(op.x());
    Floats recurrent = Floats.of(op.recurrent());
    Floats gates = Floats.of(op.gates());
    for (long row = 0; row < op.h().rows(); row++) {
      for (long unit = 0; unit < units; unit++) {
        double r = sigmoid((double) x.get(row, unit) + recurrent.get(row, unit));
        double z = sigmoid((double) x.get(row, units + unit) + recurrent.get(row, units + unit));
        double n =
            Math.tanh(x.get(row, 2 * units + unit) + r * recurrent.get(row, 2 * units + unit));
        double previous = orZero(Floats.of(op.previous()), row, unit);
        if (gates != null) {
          gates.set(row, unit, r);
          gates.set(row, units + unit, z);
          gates.set(row, 2 * units + unit, n);
        }
        Floats.of(op.h()).set(row, unit, (1 - z) * n + z * previous);
      }
    }
  }

  static void run(GruCellGradient op) {
    long units = op.dH().columns();
    Floats gates = Floats.of(op.gates());
    Floats dX = Floats.of(op.dX());
    Floats dRecurrent = Floats.of(op.dRecurrent());
    Floats dPrevious = Floats.of(op.dPrevious());
    for (long row = 0; row < op.dH().rows(); row++) {
      for (long unit = 0; unit < units; unit++) {
        double r = gates.get(row, unit);
        double z = gates.get(row, units + unit);
        double n = gates.get(row, 2 * units + unit);
        double dH = Floats.of(op.dH()).get(row, unit);
        double dN = dH * (1 - z) * (1 - n * n);
        double ofR = dN * Floats.of(op.recurrent()).get(row, 2 * units + unit) * r * (1 - r);
        double ofZ = dH * (orZero(Floats.of(op.previous()), row, unit) - n) * z * (1 - z);
        dX.set(row, unit, ofR);
        dX.set(row, units + unit, ofZ);
        dX.set(row, 2 * units + unit, dN);
        dRecurrent.set(row, unit, ofR);
        dRecurrent.set(row, units + unit, ofZ);
        dRecurrent.set(row, 2 * units + unit, dN * r);
        if (dPrevious != null) {
          double before = op.betaPrevious() == 0 ? 0 : op.betaPrevious() * dPrevious.get(row, unit);
          dPrevious.set(row, unit, before + dH * z);
        }
      }
    }
  }
}
