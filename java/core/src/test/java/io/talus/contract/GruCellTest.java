package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static io.talus.contract.CellCases.assertMessage;
import static io.talus.contract.CellCases.at;
import static io.talus.contract.CellCases.operand;
import static io.talus.contract.CellCases.sigmoid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.Devices;
import io.talus.Workspace;
import io.talus.op.GruCell;
import io.talus.op.GruCellGradient;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link GruCell} and its gradient. */
class GruCellTest {
  private static final int GATES = 3;

  private record Forward(Tensor gates, Tensor h) {}

  /**
   * @param place gates in the place of x and h in that of the state before
   */
  private static Forward run(
      Subject on,
      float[] x,
      float[] recurrent,
      float[] previous,
      int rows,
      int units,
      boolean place,
      boolean kept) {
    Tensor xs = operand(on, x, rows, GATES * units, place);
    Tensor gates = !kept ? null : place ? xs : on.out(rows, GATES * units);
    Tensor before = operand(on, previous, rows, units, place);
    Tensor h = place && before != null ? before : on.out(rows, units);
    Tensor u = on.in(recurrent, rows, GATES * units);
    on.device().gruCell(new GruCell(xs, u, before, gates, h));
    return new Forward(gates, h);
  }

  private static void check(Subject on, int rows, int units, boolean place, boolean begins) {
    String what = rows + "x" + units + (place ? ", in place" : "") + (begins ? ", first" : "");
    float[] x = on.signed((long) GATES * rows * units);
    float[] recurrent = on.signed(x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] *= 1 + i % 3;
    }
    float[] previous = begins ? null : on.signed((long) rows * units);
    Forward found = run(on, x, recurrent, previous, rows, units, place, true);
    float[] gates = found.gates.toArray();
    double[] exactGates = new double[x.length];
    double[] gateTolerance = new double[x.length];
    double[] h = new double[rows * units];
    double[] hTolerance = new double[h.length];
    for (int i = 0; i < h.length; i++) {
      for (int gate = 0; gate < 2; gate++) {
        int at = at(i, units, GATES, gate);
        double sum = (double) x[at] + recurrent[at];
        exactGates[at] = sigmoid(sum);
        gateTolerance[at] = (6 + Math.abs(sum)) * EPS * exactGates[at];
      }
      int n = at(i, units, GATES, 2);
      double part = (double) gates[at(i, units, GATES, 0)] * recurrent[n];
      exactGates[n] = Math.tanh(x[n] + part);
      gateTolerance[n] =
          EPS * (6 * Math.abs(exactGates[n]) + 2 * (Math.abs(x[n]) + Math.abs(part)));
      double z = gates[at(i, units, GATES, 1)];
      double kept = begins ? 0 : z * previous[i];
      h[i] = (1 - z) * gates[n] + kept;
      hTolerance[i] = 4 * EPS * (Math.abs(gates[n]) + Math.abs(kept));
    }
    Accuracy.assertWithin("gates of " + what, exactGates, gateTolerance, gates);
    Accuracy.assertWithin("h of " + what, h, hTolerance, found.h.toArray());
    Forward unkept = run(on, x, recurrent, previous, rows, units, false, false);
    Accuracy.assertSameBits("h without gates, " + what, found.h.toArray(), unkept.h.toArray());
    on.nextCase();
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    CellCases.eachShape(
        (rows, units, turn) -> check(on, rows, units, turn % 2 == 1, turn % 3 == 1));
  }

  private record Backward(Tensor dX, Tensor dRecurrent, Tensor dPrevious) {}

  /**
   * @param place dX in the place of gates, dRecurrent in that of recurrent, dPrevious in that of dH
   * @param before what dPrevious is at first
   */
  private static Backward run(
      Subject on,
      float[] dH,
      float[] gates,
      float[] recurrent,
      float[] previous,
      int rows,
      int units,
      boolean place,
      float beta,
      float[] before) {
    Tensor g = operand(on, gates, rows, GATES * units, place);
    Tensor u = operand(on, recurrent, rows, GATES * units, place);
    boolean onto = place && beta == 0;
    Tensor d = operand(on, dH, rows, units, onto);
    Tensor dX = place ? g : on.out(rows, GATES * units);
    Tensor dRecurrent = place ? u : on.out(rows, GATES * units);
    Tensor dPrevious = onto ? d : beta == 0 ? on.out(rows, units) : on.inOut(before, rows, units);
    on.device()
        .gruCellGradient(
            new GruCellGradient(
                d,
                g,
                u,
                operand(on, previous, rows, units, false),
                dX,
                dRecurrent,
                beta,
                dPrevious));
    return new Backward(dX, dRecurrent, dPrevious);
  }

  private static void checkGradient(
      Subject on, int rows, int units, boolean place, boolean begins, float beta) {
    String what = rows + "x" + units + (place ? ", in place" : "") + ", beta " + beta;
    float[] gates = CellCases.gates(on, rows, units, GATES);
    float[] recurrent = on.signed(gates.length);
    float[] previous = begins ? null : on.signed((long) rows * units);
    float[] dH = on.signed((long) rows * units);
    float[] before = on.signed(dH.length);
    double[] dX = new double[gates.length];
    double[] dRecurrent = new double[gates.length];
    double[] dPrevious = new double[dH.length];
    double[] tolerance = new double[dH.length];
    for (int i = 0; i < dH.length; i++) {
      int ofR = at(i, units, GATES, 0);
      int ofZ = at(i, units, GATES, 1);
      int ofN = at(i, units, GATES, 2);
      double r = gates[ofR];
      double z = gates[ofZ];
      double n = gates[ofN];
      dX[ofN] = dH[i] * (1 - z) * (1 - n * n);
      dX[ofR] = dX[ofN] * recurrent[ofN] * r * (1 - r);
      dX[ofZ] = dH[i] * ((begins ? 0 : previous[i]) - n) * z * (1 - z);
      dRecurrent[ofR] = dX[ofR];
      dRecurrent[ofZ] = dX[ofZ];
      dRecurrent[ofN] = dX[ofN] * r;
      dPrevious[i] = (beta == 0 ? 0 : (double) beta * before[i]) + dH[i] * z;
      tolerance[i] = 12 * EPS * (Math.abs(beta * before[i]) + Math.abs(dH[i] * z));
    }
    Backward found = run(on, dH, gates, recurrent, previous, rows, units, place, beta, before);
    Accuracy.assertWithin("dX of " + what, dX, relative(dX), found.dX.toArray());
    Accuracy.assertWithin(
        "dRecurrent of " + what, dRecurrent, relative(dRecurrent), found.dRecurrent.toArray());
    Accuracy.assertWithin("dPrevious of " + what, dPrevious, tolerance, found.dPrevious.toArray());
    on.nextCase();
  }

  private static double[] relative(double[] values) {
    return Arrays.stream(values).map(value -> 12 * EPS * Math.abs(value)).toArray();
  }

  @EachBackend
  void gradientsOfSizesAroundEveryPath(Subject on) {
    CellCases.eachShape(
        (rows, units, turn) ->
            checkGradient(on, rows, units, turn % 2 == 1, turn % 3 == 1, turn % 5 < 3 ? 0 : 1));
    checkGradient(on, 4, 7, false, false, -0.5f);
  }

  /** Forward and back on the device, against differences of the formulas in double. */
  @EachBackend
  void theGradientIsTheSlope(Subject on) {
    int rows = 3;
    int units = 5;
    float[] x = on.signed((long) GATES * rows * units);
    float[] recurrent = on.signed(x.length);
    float[] previous = on.signed((long) rows * units);
    float[] dH = on.signed(previous.length);
    Forward forward = run(on, x, recurrent, previous, rows, units, false, true);
    Backward found =
        run(on, dH, forward.gates.toArray(), recurrent, previous, rows, units, false, 0, null);
    float[] dX = found.dX.toArray();
    float[] dRecurrent = found.dRecurrent.toArray();
    float[] dPrevious = found.dPrevious.toArray();
    for (int i = 0; i < previous.length; i++) {
      double[] of = new double[2 * GATES + 1];
      float[] slopes = new float[of.length];
      for (int gate = 0; gate < GATES; gate++) {
        int at = at(i, units, GATES, gate);
        of[gate] = x[at];
        of[GATES + gate] = recurrent[at];
        slopes[gate] = dX[at];
        slopes[GATES + gate] = dRecurrent[at];
      }
      of[2 * GATES] = previous[i];
      slopes[2 * GATES] = dPrevious[i];
      float ofH = dH[i];
      CellCases.assertSlopes("unit " + i, of, values -> ofH * state(values), slopes);
    }
  }

  /** h of x's three values, those of the recurrent part, and the state before. */
  private static double state(double[] of) {
    double z = sigmoid(of[1] + of[4]);
    double n = Math.tanh(of[2] + sigmoid(of[0] + of[3]) * of[5]);
    return (1 - z) * n + z * of[6];
  }

  /** Gates far out are 0, 1 or -1, whatever comes with them. */
  @EachBackend
  void hugeValuesSaturate(Subject on) {
    for (float huge : new float[] {200, 1e30f, Float.POSITIVE_INFINITY}) {
      // Keeps the state; is 1; is -1, as the candidate; is the candidate without the state.
      float[] x = {-huge, huge, huge, -huge, huge, -huge, -huge, -huge, -huge, huge, -huge, 0.5f};
      float[] recurrent = new float[12];
      recurrent[11] = 7;
      Forward found = run(on, x, recurrent, new float[] {3, 3, 3, 3}, 1, 4, false, true);
      Accuracy.assertWithin(
          "h",
          new double[] {3, 1, -1, Math.tanh(0.5)},
          new double[] {0, 0, 0, 16 * EPS},
          found.h.toArray());
      on.nextCase();
    }
  }

  @EachBackend
  void nanSpoilsItsUnitAlone(Subject on) {
    int rows = 3;
    int units = 21;
    for (int place = 0; place < 7; place++) {
      float[] x = on.signed((long) GATES * rows * units);
      float[] recurrent = on.signed(x.length);
      float[] previous = on.signed((long) rows * units);
      int spoiled = units + 17;
      if (place < 6) {
        (place < 3 ? x : recurrent)[at(spoiled, units, GATES, place % 3)] = Float.NaN;
      } else {
        previous[spoiled] = Float.NaN;
      }
      float[] h = run(on, x, recurrent, previous, rows, units, false, true).h.toArray();
      for (int i = 0; i < h.length; i++) {
        assertEquals(i == spoiled, Float.isNaN(h[i]), "h " + i);
      }
      on.nextCase();
    }
  }

  @EachBackend
  void theSameBitsEachTimeOnAnyNumberOfThreads(Subject on) {
    int rows = on.fewOr(5, 70);
    float[] x = on.signed((long) GATES * rows * 101);
    float[] recurrent = on.signed(x.length);
    float[] previous = on.signed(rows * 101L);
    Determinism.check(
        on, "step", () -> run(on, x, recurrent, previous, rows, 101, false, true).h.toArray());
    float[] gates = CellCases.gates(on, rows, 101, GATES);
    Determinism.check(
        on,
        "its gradient",
        () ->
            run(on, previous, gates, recurrent, previous, rows, 101, true, 0, null)
                .dRecurrent
                .toArray());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (Workspace w = Devices.require("java").workspace()) {
      Tensor units = w.tensor(4, 3);
      Tensor gates = w.tensor(4, 9);
      assertMessage(
          () -> new GruCell(w.tensor(4, 12), gates, w.tensor(3, 3), gates, units),
          "x is 4x12, not 4x9",
          "previous is 3x3, not 4x3",
          "gates and recurrent share memory");
      assertMessage(
          () -> new GruCellGradient(units, gates, gates, units, gates, gates, 0, units),
          "dX and recurrent share memory",
          "dX and dRecurrent share memory",
          "dRecurrent and gates share memory",
          "dPrevious and previous share memory");
    }
  }
}
