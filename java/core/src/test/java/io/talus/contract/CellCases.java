package io.talus.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.tensor.Tensor;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.function.Executable;

/** What tests of recurrent cells share: rows of units, each with so many gates. */
final class CellCases {
  /** Around vectors of 4, 8 and 16, tasks of 1,024 units that begin within a row, and blocks. */
  private static final int[][] SHAPES = {
    {0, 3}, {1, 1}, {3, 2}, {5, 10}, {2, 16}, {7, 33}, {9, 64}, {3, 129}, {2, 1030}, {31, 100}
  };

  private static final double STEP = 1e-5;

  private CellCases() {}

  /** Checks a shape; turns count from 0. */
  interface ShapeCheck {
    void check(int rows, int units, int turn);
  }

  static void eachShape(ShapeCheck of) {
    for (int turn = 0; turn < SHAPES.length; turn++) {
      of.check(SHAPES[turn][0], SHAPES[turn][1], turn);
    }
  }

  static double sigmoid(double a) {
    return 1 / (1 + Math.exp(-a));
  }

  /** The values of one gate of one unit, in an array of {@code gates} gates a row. */
  static int at(int i, int units, int gates, int gate) {
    return (i / units * gates + gate) * units + i % units;
  }

  /**
   * Gates that a step could have written: within (0, 1), those of the candidate, which is the third
   * of either cell, within (-1, 1).
   */
  static float[] gates(Subject on, int rows, int units, int count) {
    float[] gates = on.signed((long) count * rows * units);
    for (int i = 0; i < gates.length; i++) {
      gates[i] = (float) (i / units % count == 2 ? Math.tanh(gates[i]) : sigmoid(3 * gates[i]));
    }
    return gates;
  }

  /**
   * An operand.
   *
   * @param values or null for none
   * @param place whether a result will take its place
   */
  static Tensor operand(Subject on, float[] values, int rows, int columns, boolean place) {
    if (values == null) {
      return null;
    }
    return place ? on.inOut(values, rows, columns) : on.in(values, rows, columns);
  }

  /**
   * Compares slopes with differences of a function in double. Some tens of roundings of values
   * below 10; the differences are exact to 1e-9.
   *
   * @param slopes what was found, by each of the values
   */
  static void assertSlopes(
      String what, double[] values, ToDoubleFunction<double[]> function, float[] slopes) {
    for (int k = 0; k < values.length; k++) {
      double middle = values[k];
      values[k] = middle + STEP;
      double above = function.applyAsDouble(values);
      values[k] = middle - STEP;
      double below = function.applyAsDouble(values);
      values[k] = middle;
      assertEquals((above - below) / (2 * STEP), slopes[k], 2e-5, what + ", slope " + k);
    }
  }

  static void assertMessage(Executable wrong, String... faults) {
    String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
    for (String fault : faults) {
      assertTrue(message.contains(fault), message);
    }
  }
}
