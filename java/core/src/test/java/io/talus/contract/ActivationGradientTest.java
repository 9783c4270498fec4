package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Activation;
import io.talus.op.ActivationGradient;
import io.talus.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@link ActivationGradient}. */
class ActivationGradientTest {
  private static final float NAN = Float.NaN;

  private enum Onto {
    NEW,
    DY,
    SAVED
  }

  private record Problem(Activation activation, int rows, int columns, Float betaBias, Onto onto) {}

  private record Result(float[] dX, float[] dBias) {}

  private static Result run(
      Subject on, Problem p, float[] dYValues, float[] savedValues, float[] dBiasBefore) {
    boolean identity = p.activation == Activation.IDENTITY;
    Tensor dY =
        p.onto == Onto.DY
            ? on.inOut(dYValues, p.rows, p.columns)
            : on.in(dYValues, p.rows, p.columns);
    Tensor saved =
        identity
            ? null
            : p.onto == Onto.SAVED
                ? on.inOut(savedValues, p.rows, p.columns)
                : on.in(savedValues, p.rows, p.columns);
    Tensor dX = p.onto == Onto.DY ? dY : p.onto == Onto.SAVED ? saved : on.out(p.rows, p.columns);
    Tensor dBias =
        p.betaBias == null
            ? null
            : p.betaBias == 0 ? on.out(p.columns) : on.inOut(dBiasBefore, p.columns);
    float beta = p.betaBias == null ? 0 : p.betaBias;
    on.device()
        .activationGradient(new ActivationGradient(p.activation, dY, saved, dX, beta, dBias));
    return new Result(dX.toArray(), dBias == null ? null : dBias.toArray());
  }

  /** The derivative in terms of what is saved, and the promised error of dX for dY = 1. */
  private static double slope(Activation activation, double saved) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> saved > 0 ? 1 : 0;
      case GELU -> Exact.normalBelow(saved) + saved * Exact.density(saved);
      case TANH -> (1 - saved) * (1 + saved);
      case SIGMOID -> saved * (1 - saved);
    };
  }

  /** What a forward pass would have saved of inputs x. */
  private static float[] saved(Activation activation, float[] x) {
    float[] saved = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      saved[i] = activation == Activation.GELU ? x[i] : (float) Exact.activate(activation, x[i]);
    }
    return saved;
  }

  private static void check(Subject on, Problem p) {
    float[] dY = on.signed((long) p.rows * p.columns);
    // Few different values: their slopes in double take long.
    float[] different = on.signed(509);
    float[] savedOf = saved(p.activation, different);
    double[] slopes = new double[different.length];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = slope(p.activation, savedOf[i]);
    }
    float[] saved = new float[dY.length];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = savedOf[i % different.length];
    }
    float[] before = on.signed(p.columns);
    double[] dX = new double[dY.length];
    double[] tolerance = new double[dY.length];
    double[] dBias = new double[p.columns];
    double[] biasTolerance = new double[p.columns];
    double beta = p.betaBias == null ? 0 : p.betaBias;
    for (int j = 0; j < p.columns; j++) {
      dBias[j] = beta * before[j];
      biasTolerance[j] = (p.rows + 8) * EPS * Math.abs(dBias[j]);
    }
    for (int i = 0; i < dX.length; i++) {
      dX[i] = dY[i] * slopes[i % different.length];
      double ofGelu = p.activation == Activation.GELU ? 4 * EPS * Math.abs(dY[i]) : 0;
      tolerance[i] = 8 * EPS * Math.abs(dX[i]) + ofGelu;
      dBias[i % p.columns] += dX[i];
      biasTolerance[i % p.columns] += tolerance[i] + (p.rows + 8) * EPS * Math.abs(dX[i]);
    }
    Result result = run(on, p, dY, saved, before);
    Accuracy.assertWithin("dX of " + p, dX, tolerance, result.dX);
    if (p.betaBias != null) {
      Accuracy.assertWithin("dBias of " + p, dBias, biasTolerance, result.dBias);
    }
    on.nextCase();
  }

  /**
   * Vectors are 16, 8 and 4 long; bias gradients are summed in blocks of 256 rows by 1,024 columns,
   * and matrices of fewer than 256 columns are folded first.
   */
  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    int[][] shapes = {
      {0, 5},
      {1, 1},
      {3, 5},
      {7, 16},
      {128, 10},
      {255, 255},
      {257, 256},
      {300, 257},
      {5, 1025},
      {20, 2049},
      {33, 1000},
      {70_001, 3},
      {2, 70_001},
      {521, 64}
    };
    int turn = 0;
    for (int[] s : shapes) {
      for (Activation activation : Activation.values()) {
        Onto onto = Onto.values()[turn++ % 3];
        if (onto == Onto.SAVED && activation == Activation.IDENTITY) {
          onto = Onto.NEW;
        }
        check(on, new Problem(activation, s[0], s[1], null, onto));
        check(on, new Problem(activation, s[0], s[1], turn % 2 == 0 ? 0.5f : 0f, onto));
      }
    }
  }

  @EachBackend
  void ontoAnyOperandWithAndWithoutBias(Subject on) {
    for (Activation activation : Activation.values()) {
      for (Onto onto : Onto.values()) {
        for (Float beta : new Float[] {null, 0f, 0.5f}) {
          if (onto != Onto.SAVED || activation != Activation.IDENTITY) {
            check(on, new Problem(activation, 37, 41, beta, onto));
          }
        }
      }
    }
  }

  @EachBackend
  void wholeNumbersAreExact(Subject on) {
    float[] dY = on.wholes(300 * 7);
    float[] saved = on.wholes(300 * 7);
    float[] dX = new float[dY.length];
    float[] dBias = {1, 2, 3, 4, 5, 6, 7};
    float[] expectedBias = dBias.clone();
    for (int i = 0; i < dX.length; i++) {
      dX[i] = saved[i] > 0 ? dY[i] : 0;
      expectedBias[i % 7] += dX[i];
    }
    Result result = run(on, new Problem(Activation.RELU, 300, 7, 1f, Onto.DY), dY, saved, dBias);
    Accuracy.assertExact("dX", dX, result.dX);
    Accuracy.assertExact("dBias", expectedBias, result.dBias);
  }

  @EachBackend
  void saturatedActivationsPassAlmostNothing(Subject on) {
    float[] one = {1, 1, 1, 1, 1, 1};
    float[] tanh = {1, -1, 0.99999994f, -0.9999f, 0, 1e-20f};
    float[] result =
        run(on, new Problem(Activation.TANH, 2, 3, null, Onto.NEW), one, tanh, null).dX;
    for (int i = 0; i < 6; i++) {
      double slope = slope(Activation.TANH, tanh[i]);
      Accuracy.assertWithin("tanh " + tanh[i], slope, 8 * EPS * slope, result[i]);
    }
    float[] gelu = {40, -40, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -0.75179f};
    result = run(on, new Problem(Activation.GELU, 2, 3, null, Onto.NEW), one, gelu, null).dX;
    double[] slopes = {1, 0, 1, 0, 0.5, slope(Activation.GELU, gelu[5])};
    for (int i = 0; i < 6; i++) {
      Accuracy.assertWithin("gelu " + gelu[i], slopes[i], 12 * EPS, result[i]);
    }
  }

  @EachBackend
  void nanPassesThrough(Subject on) {
    for (Activation activation : Activation.values()) {
      float[] dY = new float[40];
      float[] saved = new float[40];
      Arrays.fill(saved, 0.5f);
      dY[3] = NAN;
      saved[20] = NAN;
      Result result = run(on, new Problem(activation, 4, 10, 0f, Onto.NEW), dY, saved, null);
      for (int i = 0; i < 40; i++) {
        boolean nan = i == 3 || (i == 20 && activation != Activation.IDENTITY);
        assertEquals(nan, Float.isNaN(result.dX[i]), activation + ", element " + i);
      }
      for (int j = 0; j < 10; j++) {
        boolean nan = j == 3 || (j == 0 && activation != Activation.IDENTITY);
        assertEquals(nan, Float.isNaN(result.dBias[j]), activation + ", column " + j);
      }
      on.nextCase();
    }
  }

  /** Against differences of the activation in double. */
  @EachBackend
  void gradientIsTheSlopeOfTheActivation(Subject on) {
    float[] x = {-3, -1.5f, -0.3f, 0.2f, 0.9f, 2.5f};
    float[] one = {1, 1, 1, 1, 1, 1};
    double step = 1e-4;
    for (Activation activation : Activation.values()) {
      Problem p = new Problem(activation, 2, 3, null, Onto.NEW);
      float[] dX = run(on, p, one, saved(activation, x), null).dX;
      for (int i = 0; i < x.length; i++) {
        double above = Exact.activate(activation, x[i] + step);
        double slope = (above - Exact.activate(activation, x[i] - step)) / (2 * step);
        // Third derivatives are below 6; saved outputs are rounded.
        Accuracy.assertWithin(activation + " at " + x[i], slope, step * step + 16 * EPS, dX[i]);
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    for (int[] s : new int[][] {{500, 300}, {70_001, 3}, {20, 5000}}) {
      float[] dY = on.signed((long) s[0] * s[1]);
      float[] saved = on.signed(dY.length);
      Problem p = new Problem(Activation.GELU, s[0], s[1], 0f, Onto.NEW);
      Determinism.check(on, "dBias of " + p, () -> run(on, p, dY, saved, null).dBias);
      on.nextCase();
    }
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor dY = w.tensor(3, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new ActivationGradient(
                          Activation.IDENTITY, dY, w.tensor(4, 3), w.tensor(2, 4), 0, dY))
              .getMessage();
      assertEquals(
          "activationGradient: saved must be null for IDENTITY and given for all others; activation"
              + " is IDENTITY; saved is 4x3, not 3x4; dX is 2x4, not 3x4; dBias has 12 elements,"
              + " not 4; dBias and dY share memory",
          message);
    }
  }
}
