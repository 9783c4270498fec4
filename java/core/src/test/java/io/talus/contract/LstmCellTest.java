package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static io.talus.contract.CellCases.assertMessage;
import static io.talus.contract.CellCases.at;
import static io.talus.contract.CellCases.operand;
import static io.talus.contract.CellCases.sigmoid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.LstmCell;
import io.talus.op.LstmCellGradient;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link LstmCell} and its gradient. */
class LstmCellTest {
  private static final int GATES = 4;

  private record Forward(Tensor gates, Tensor cell, Tensor h) {}

  /**
   * @param place gates in the place of z and the cell in that of the one before
   */
  private static Forward run(
      Subject on, float[] z, float[] previous, int rows, int units, boolean place, boolean kept) {
    Tensor zs = operand(on, z, rows, GATES * units, place);
    Tensor gates = !kept ? null : place ? zs : on.out(rows, GATES * units);
    Tensor before = operand(on, previous, rows, units, place);
    Tensor cell = place && before != null ? before : on.out(rows, units);
    Tensor h = on.out(rows, units);
    on.device().lstmCell(new LstmCell(zs, before, gates, cell, h));
    return new Forward(gates, cell, h);
  }

  private static void check(Subject on, int rows, int units, boolean place, boolean begins) {
    String what = rows + "x" + units + (place ? ", in place" : "") + (begins ? ", first" : "");
    float[] z = on.signed((long) GATES * rows * units);
    for (int i = 0; i < z.length; i++) {
      z[i] *= 1 + i % 4;
    }
    float[] previous = begins ? null : on.signed((long) rows * units);
    Forward found = run(on, z, previous, rows, units, place, true);
    float[] gates = found.gates.toArray();
    float[] cell = found.cell.toArray();
    double[] exactGates = new double[z.length];
    double[] gateTolerance = new double[z.length];
    double[] exactCell = new double[cell.length];
    double[] cellTolerance = new double[cell.length];
    double[] h = new double[cell.length];
    double[] hTolerance = new double[cell.length];
    for (int i = 0; i < cell.length; i++) {
      for (int gate = 0; gate < GATES; gate++) {
        int at = at(i, units, GATES, gate);
        exactGates[at] = gate == 2 ? Math.tanh(z[at]) : sigmoid(z[at]);
        gateTolerance[at] = 6 * EPS * Math.abs(exactGates[at]);
      }
      double kept = gates[at(i, units, GATES, 1)] * (begins ? 0d : previous[i]);
      double added = (double) gates[at(i, units, GATES, 0)] * gates[at(i, units, GATES, 2)];
      exactCell[i] = kept + added;
      cellTolerance[i] = 4 * EPS * (Math.abs(kept) + Math.abs(added));
      h[i] = gates[at(i, units, GATES, 3)] * Math.tanh(cell[i]);
      hTolerance[i] = 8 * EPS * Math.abs(h[i]);
    }
    Accuracy.assertWithin("gates of " + what, exactGates, gateTolerance, gates);
    Accuracy.assertWithin("cell of " + what, exactCell, cellTolerance, cell);
    Accuracy.assertWithin("h of " + what, h, hTolerance, found.h.toArray());
    Forward unkept = run(on, z, previous, rows, units, false, false);
    Accuracy.assertSameBits("cell without gates, " + what, cell, unkept.cell.toArray());
    Accuracy.assertSameBits("h without gates, " + what, found.h.toArray(), unkept.h.toArray());
    on.nextCase();
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    CellCases.eachShape(
        (rows, units, turn) -> check(on, rows, units, turn % 2 == 1, turn % 3 == 1));
  }

  private record Backward(Tensor dZ, Tensor dPrevious) {
    float[] joined() {
      float[] first = dZ.toArray();
      float[] second = dPrevious.toArray();
      float[] all = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, all, first.length, second.length);
      return all;
    }
  }

  /**
   * @param place dZ in the place of gates and dPrevious in that of dCell
   */
  private static Backward run(
      Subject on,
      float[] dH,
      float[] dCell,
      float[] gates,
      float[] previous,
      float[] cell,
      int rows,
      int units,
      boolean place) {
    Tensor g = operand(on, gates, rows, GATES * units, place);
    Tensor dC = operand(on, dCell, rows, units, place);
    Tensor dZ = place ? g : on.out(rows, GATES * units);
    Tensor dPrevious = place && dC != null ? dC : on.out(rows, units);
    on.device()
        .lstmCellGradient(
            new LstmCellGradient(
                on.in(dH, rows, units),
                dC,
                g,
                operand(on, previous, rows, units, false),
                on.in(cell, rows, units),
                dZ,
                dPrevious));
    return new Backward(dZ, dPrevious);
  }

  private static void checkGradient(
      Subject on, int rows, int units, boolean place, boolean begins, boolean ends) {
    String what = rows + "x" + units + (place ? ", in place" : "");
    float[] gates = CellCases.gates(on, rows, units, GATES);
    float[] previous = begins ? null : on.signed((long) rows * units);
    float[] cell = on.signed((long) rows * units);
    float[] dH = on.signed((long) rows * units);
    float[] dCell = ends ? null : on.signed((long) rows * units);
    double[] dZ = new double[gates.length];
    double[] dZTolerance = new double[gates.length];
    double[] dPrevious = new double[cell.length];
    double[] dPreviousTolerance = new double[cell.length];
    for (int n = 0; n < cell.length; n++) {
      double i = gates[at(n, units, GATES, 0)];
      double f = gates[at(n, units, GATES, 1)];
      double g = gates[at(n, units, GATES, 2)];
      double o = gates[at(n, units, GATES, 3)];
      double t = Math.tanh(cell[n]);
      double later = ends ? 0 : dCell[n];
      double before = begins ? 0 : previous[n];
      double dC = later + dH[n] * o * (1 - t * t);
      double size = Math.abs(later) + Math.abs(dH[n] * o);
      double[] by = {g * i * (1 - i), before * f * (1 - f), i * (1 - g * g)};
      for (int gate = 0; gate < 3; gate++) {
        dZ[at(n, units, GATES, gate)] = dC * by[gate];
        dZTolerance[at(n, units, GATES, gate)] = 20 * EPS * size * Math.abs(by[gate]);
      }
      dZ[at(n, units, GATES, 3)] = dH[n] * t * o * (1 - o);
      dZTolerance[at(n, units, GATES, 3)] = 20 * EPS * Math.abs(dZ[at(n, units, GATES, 3)]);
      dPrevious[n] = dC * f;
      dPreviousTolerance[n] = 20 * EPS * size * f;
    }
    Backward found = run(on, dH, dCell, gates, previous, cell, rows, units, place);
    Accuracy.assertWithin("dZ of " + what, dZ, dZTolerance, found.dZ.toArray());
    Accuracy.assertWithin(
        "dPrevious of " + what, dPrevious, dPreviousTolerance, found.dPrevious.toArray());
    on.nextCase();
  }

  @EachBackend
  void gradientsOfSizesAroundEveryPath(Subject on) {
    CellCases.eachShape(
        (rows, units, turn) ->
            checkGradient(on, rows, units, turn % 2 == 1, turn % 3 == 1, turn % 5 < 2));
  }

  /** Forward and back on the device, against differences of the formulas in double. */
  @EachBackend
  void theGradientIsTheSlope(Subject on) {
    int rows = 3;
    int units = 5;
    float[] z = on.signed((long) GATES * rows * units);
    float[] previous = on.signed((long) rows * units);
    float[] dH = on.signed((long) rows * units);
    float[] dCell = on.signed((long) rows * units);
    Forward forward = run(on, z, previous, rows, units, false, true);
    Backward found =
        run(
            on,
            dH,
            dCell,
            forward.gates.toArray(),
            previous,
            forward.cell.toArray(),
            rows,
            units,
            false);
    float[] dZ = found.dZ.toArray();
    float[] dPrevious = found.dPrevious.toArray();
    for (int i = 0; i < previous.length; i++) {
      double[] of = new double[GATES + 1];
      float[] slopes = new float[of.length];
      for (int gate = 0; gate < GATES; gate++) {
        of[gate] = z[at(i, units, GATES, gate)];
        slopes[gate] = dZ[at(i, units, GATES, gate)];
      }
      of[GATES] = previous[i];
      slopes[GATES] = dPrevious[i];
      float ofH = dH[i];
      float ofCell = dCell[i];
      CellCases.assertSlopes("unit " + i, of, values -> weighed(values, ofH, ofCell), slopes);
    }
  }

  /** dH h + dCell cell, of z's four values and the cell before. */
  private static double weighed(double[] of, double dH, double dCell) {
    double cell = sigmoid(of[1]) * of[4] + sigmoid(of[0]) * Math.tanh(of[2]);
    return dH * sigmoid(of[3]) * Math.tanh(cell) + dCell * cell;
  }

  /** Gates far out are 0, 1 or -1, whatever comes with them. */
  @EachBackend
  void hugeValuesSaturate(Subject on) {
    for (float huge : new float[] {200, 1e30f, Float.POSITIVE_INFINITY}) {
      // Keeps the cell and shows it; forgets it; takes in 1 and hides it; takes in -1.
      float[] z = {
        -huge, -huge, huge, huge,
        huge, -huge, -huge, -huge,
        huge, huge, huge, -huge,
        huge, huge, -huge, huge
      };
      Forward found = run(on, z, new float[] {3, 3, 3, 3}, 1, 4, false, true);
      Accuracy.assertWithin(
          "cell", new double[] {3, 0, 1, -1}, new double[4], found.cell.toArray());
      Accuracy.assertWithin(
          "h",
          new double[] {Math.tanh(3), 0, 0, -Math.tanh(1)},
          new double[] {8 * EPS, 0, 0, 8 * EPS},
          found.h.toArray());
      on.nextCase();
    }
  }

  @EachBackend
  void nanSpoilsItsUnitAlone(Subject on) {
    int rows = 3;
    int units = 21;
    for (int gate = 0; gate < 5; gate++) {
      float[] z = on.signed((long) GATES * rows * units);
      float[] previous = on.signed((long) rows * units);
      int spoiled = units + 17;
      if (gate < 4) {
        z[at(spoiled, units, GATES, gate)] = Float.NaN;
      } else {
        previous[spoiled] = Float.NaN;
      }
      Forward found = run(on, z, previous, rows, units, false, true);
      float[] h = found.h.toArray();
      float[] cell = found.cell.toArray();
      float[] gates = found.gates.toArray();
      for (int i = 0; i < h.length; i++) {
        assertEquals(i == spoiled, Float.isNaN(h[i]), "h " + i);
        assertEquals(i == spoiled && gate != 3, Float.isNaN(cell[i]), "cell " + i);
      }
      for (int i = 0; i < gates.length; i++) {
        assertEquals(Float.isNaN(z[i]), Float.isNaN(gates[i]), "gates " + i);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void theSameBitsEachTimeOnAnyNumberOfThreads(Subject on) {
    int rows = on.fewOr(5, 70);
    float[] z = on.signed((long) GATES * rows * 101);
    float[] previous = on.signed(rows * 101L);
    Determinism.check(on, "step", () -> run(on, z, previous, rows, 101, false, true).h.toArray());
    float[] gates = CellCases.gates(on, rows, 101, GATES);
    Determinism.check(
        on,
        "its gradient",
        () -> run(on, previous, previous, gates, previous, previous, rows, 101, true).joined());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Workspace w = Devices.require("java").workspace()) {
      Tensor units = w.tensor(4, 3);
      Tensor gates = w.tensor(4, 12);
      assertMessage(
          () -> new LstmCell(w.tensor(4, 9), w.tensor(3, 3), gates, units, units),
          "z is 4x9, not 4x12",
          "previous is 3x3, not 4x3",
          "cell and h share memory");
      assertMessage(
          () ->
              new LstmCell(
                  gates, units, w.tensor(5, 12).rows(1, 5), w.tensor(4, 0), w.tensor(4, 3)),
          "cell is 4x0: there are no units");
      Tensor long12 = w.tensor(5, 12);
      assertMessage(
          () -> new LstmCell(long12.rows(0, 4), units, long12.rows(1, 5), units, w.tensor(4, 3)),
          "gates and z overlap in part");
      assertMessage(
          () -> new LstmCellGradient(units, units, gates, units, w.tensor(4, 3), gates, units),
          "dPrevious and dH share memory",
          "dPrevious and previous share memory");
    }
  }
}
