package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.LinearCrossEntropy;
import io.talus.op.Precision;
import io.talus.op.Reduction;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** {@link LinearCrossEntropy}: as the product, the loss and the two backward products would be. */
class LinearCrossEntropyTest {
  private static final int IGNORED = -1;

  private record Problem(
      int rows,
      int inputs,
      int classes,
      Reduction reduction,
      float smoothing,
      float scale,
      Precision precision) {

    Problem(int rows, int inputs, int classes, Reduction reduction, float smoothing, float scale) {
      this(rows, inputs, classes, reduction, smoothing, scale, Precision.FLOAT32);
    }
  }

  private record Values(float[] x, float[] w, float[] bias, int[] targets) {}

  /** Loss, dX, dW and dBias; those that were not asked for are null. */
  private record Result(float[] loss, float[] dX, float[] dW, float[] dBias) {}

  private static Values values(Subject on, Problem p, boolean bias) {
    int[] targets = new int[p.rows];
    for (int i = 0; i < p.rows; i++) {
      targets[i] = i % 5 == 3 ? IGNORED : on.random().nextInt(p.classes);
    }
    float[] w = on.signed((long) p.inputs * p.classes);
    for (int i = 0; i < w.length; i++) {
      w[i] *= 2 / Math.sqrt(Math.max(1, p.inputs));
    }
    float[] x = on.signed((long) p.rows * p.inputs);
    return new Values(x, w, bias ? on.signed(p.classes) : null, targets);
  }

  private static Result run(Subject on, Problem p, Values v, boolean wantX, boolean wantW) {
    Tensor loss = on.out(p.reduction == Reduction.NONE ? p.rows : 1);
    Tensor dX = wantX ? on.out(p.rows, p.inputs) : null;
    Tensor dW = wantW ? on.out(p.inputs, p.classes) : null;
    Tensor dBias = wantW && v.bias != null ? on.out(p.classes) : null;
    IntTensor labels = on.workspace().labelsIgnoring(IGNORED, p.classes, p.rows);
    on.device()
        .linearCrossEntropy(
            new LinearCrossEntropy(
                on.in(v.x, p.rows, p.inputs),
                on.in(v.w, p.inputs, p.classes),
                v.bias == null ? null : on.in(v.bias, p.classes),
                labels.copyFrom(v.targets),
                p.reduction,
                p.smoothing,
                p.scale,
                loss,
                dX,
                dW,
                dBias,
                p.precision));
    return new Result(loss.toArray(), array(dX), array(dW), array(dBias));
  }

  private static float[] array(Tensor tensor) {
    return tensor == null ? null : tensor.toArray();
  }

  /** The chain in double, with the errors that each link promises passed down. */
  private static final class Oracle {
    final Problem p;
    final CrossEntropyOracle loss;
    final double[] dX;
    final double[] dXTolerance;
    final double[] dW;
    final double[] dWTolerance;
    final double[] dBias;
    final double[] dBiasTolerance;

    Oracle(Problem p, Values v) {
      this.p = p;
      loss = new CrossEntropyOracle(p.rows, p.classes, p.reduction, p.smoothing, p.scale, IGNORED);
      dX = new double[p.rows * p.inputs];
      dXTolerance = new double[dX.length];
      dW = new double[p.inputs * p.classes];
      dWTolerance = new double[dW.length];
      dBias = new double[p.classes];
      dBiasTolerance = new double[p.classes];
      double[] logits = new double[p.rows * p.classes];
      double[] errors = new double[p.rows]; // the largest of a row's logits
      multiply(v, logits, errors);
      loss.compute(logits, v.targets);
      widenForLogits(logits, errors, v.targets);
      back(v);
    }

    private void multiply(Values v, double[] logits, double[] errors) {
      double[] size = new double[p.classes];
      for (int i = 0; i < p.rows; i++) {
        for (int j = 0; j < p.classes; j++) {
          logits[i * p.classes + j] = v.bias == null ? 0 : v.bias[j];
          size[j] = Math.abs(logits[i * p.classes + j]);
        }
        for (int q = 0; q < p.inputs; q++) {
          for (int j = 0; j < p.classes; j++) {
            double product = (double) v.x[i * p.inputs + q] * v.w[q * p.classes + j];
            logits[i * p.classes + j] += product;
            size[j] += Math.abs(product);
          }
        }
        for (int j = 0; j < p.classes; j++) {
          double tolerance = GemmProblem.tolerance(p.precision, p.inputs);
          errors[i] = Math.max(errors[i], tolerance * size[j]);
        }
      }
    }

    /**
     * Logits off by e move a loss by at most 2 e and a probability q by at most q (exp(2 e) - 1).
     */
    private void widenForLogits(double[] logits, double[] errors, int[] targets) {
      double f = 1;
      if (p.reduction == Reduction.MEAN) {
        int count = 0;
        for (int target : targets) {
          count += target == IGNORED ? 0 : 1;
        }
        f = 1.0 / Math.max(1, count);
      }
      for (int i = 0; i < p.rows; i++) {
        if (targets[i] == IGNORED) {
          continue;
        }
        loss.lossTolerance[p.reduction == Reduction.NONE ? i : 0] += 2 * errors[i] * f;
        for (int j = 0; j < p.classes; j++) {
          int at = i * p.classes + j;
          double wanted = (j == targets[i] ? 1 - p.smoothing : 0) + p.smoothing / p.classes;
          double probability = loss.dLogits[at] / (p.scale * f) + wanted;
          double moved = 1.05 * Math.expm1(2 * errors[i]) * probability;
          loss.dLogitsTolerance[at] += moved * Math.abs(p.scale) * f;
        }
      }
    }

    private void back(Values v) {
      double overClasses = GemmProblem.tolerance(p.precision, p.classes);
      double overRows = GemmProblem.tolerance(p.precision, p.rows);
      double ofBias = (p.rows + 4) * EPS;
      for (int i = 0; i < p.rows; i++) {
        for (int j = 0; j < p.classes; j++) {
          double dZ = loss.dLogits[i * p.classes + j];
          double error = loss.dLogitsTolerance[i * p.classes + j];
          dBias[j] += dZ;
          dBiasTolerance[j] += error + ofBias * Math.abs(dZ);
        }
        for (int q = 0; q < p.inputs; q++) {
          double x = v.x[i * p.inputs + q];
          double sum = 0;
          double tolerance = 0;
          for (int j = 0; j < p.classes; j++) {
            double dZ = loss.dLogits[i * p.classes + j];
            double error = loss.dLogitsTolerance[i * p.classes + j];
            double w = v.w[q * p.classes + j];
            sum += dZ * w;
            tolerance += (error + overClasses * Math.abs(dZ)) * Math.abs(w);
            dW[q * p.classes + j] += x * dZ;
            dWTolerance[q * p.classes + j] += (error + overRows * Math.abs(dZ)) * Math.abs(x);
          }
          dX[i * p.inputs + q] = sum;
          dXTolerance[i * p.inputs + q] = tolerance;
        }
      }
    }

    void compare(Result r) {
      Accuracy.assertWithin("loss of " + p, loss.loss, loss.lossTolerance, r.loss);
      if (r.dX != null) {
        Accuracy.assertWithin("dX of " + p, dX, dXTolerance, r.dX);
      }
      if (r.dW != null) {
        Accuracy.assertWithin("dW of " + p, dW, dWTolerance, r.dW);
      }
      if (r.dBias != null) {
        Accuracy.assertWithin("dBias of " + p, dBias, dBiasTolerance, r.dBias);
      }
    }
  }

  private static Problem mean(int rows, int inputs, int classes) {
    return new Problem(rows, inputs, classes, Reduction.MEAN, 0, 1);
  }

  @EachBackend
  void sizesAroundEveryPath(Subject on) {
    int[][] shapes = {
      {1, 1, 1},
      {2, 3, 2},
      {5, 7, 10},
      {14, 16, 32},
      {15, 17, 33},
      {64, 0, 5},
      {128, 64, 10},
      {33, 20, 1000},
      {3, 40, 4099},
      {67, 71, 257},
      {2049, 3, 17},
      {2, 5, 33_001},
      {70_001, 2, 3}
    };
    for (int[] s : shapes) {
      Problem p = mean(s[0], s[1], s[2]);
      Values v = values(on, p, s[0] % 2 == 1);
      new Oracle(p, v).compare(run(on, p, v, true, true));
      on.nextCase();
    }
  }

  @EachBackend
  void everyReductionSmoothingScaleAndChoiceOfOutputs(Subject on) {
    for (Reduction reduction : Reduction.values()) {
      for (float smoothing : new float[] {0, 0.2f}) {
        for (float scale : new float[] {1, -2}) {
          Problem p = new Problem(21, 13, 300, reduction, smoothing, scale);
          Values v = values(on, p, smoothing == 0);
          Oracle oracle = new Oracle(p, v);
          oracle.compare(run(on, p, v, false, false));
          oracle.compare(run(on, p, v, true, false));
          oracle.compare(run(on, p, v, false, true));
          oracle.compare(run(on, p, v, true, true));
          on.nextCase();
        }
      }
    }
  }

  @EachBackend
  void otherPrecisions(Subject on) {
    for (Precision precision : new Precision[] {Precision.TF32, Precision.BFLOAT16}) {
      for (int[] s : new int[][] {{66, 40, 130}, {33, 35, 257}}) {
        Problem p = new Problem(s[0], s[1], s[2], Reduction.MEAN, 0.1f, 1, precision);
        Values v = values(on, p, true);
        new Oracle(p, v).compare(run(on, p, v, true, true));
        on.nextCase();
      }
    }
  }

  @EachBackend
  void rowsToIgnoreAddNothing(Subject on) {
    for (int classes : new int[] {10, 2100}) {
      Problem p = new Problem(3, 4, classes, Reduction.MEAN, 0.1f, 1);
      Values v = values(on, p, true);
      Values ignored = new Values(v.x, v.w, v.bias, new int[] {IGNORED, IGNORED, IGNORED});
      Result r = run(on, p, ignored, true, true);
      Accuracy.assertExact("loss", new float[1], r.loss);
      Accuracy.assertExact("dX", new float[12], r.dX);
      Accuracy.assertExact("dW", new float[4 * classes], r.dW);
      Accuracy.assertExact("dBias", new float[classes], r.dBias);
      on.nextCase();
    }
  }

  @EachBackend
  void emptyBatch(Subject on) {
    Problem p = mean(0, 4, 5);
    Result r = run(on, p, values(on, p, true), true, true);
    Accuracy.assertExact("loss", new float[1], r.loss);
    Accuracy.assertExact("dW", new float[20], r.dW);
    Accuracy.assertExact("dBias", new float[5], r.dBias);
  }

  @EachBackend
  void nanInARowReachesItsLossAndGradients(Subject on) {
    Problem p = new Problem(3, 4, 40, Reduction.NONE, 0, 1);
    Values v = values(on, p, true);
    v.targets[0] = 1;
    v.targets[1] = 2;
    v.targets[2] = 3;
    v.x[5] = Float.NaN;
    Result r = run(on, p, v, true, true);
    for (int i = 0; i < 3; i++) {
      assertEquals(i == 1, Float.isNaN(r.loss[i]), "loss " + i);
      assertEquals(i == 1, Float.isNaN(r.dX[4 * i]), "dX of row " + i);
    }
    for (float value : r.dW) {
      assertEquals(Float.NaN, value, "dW sums over the row with NaN");
    }
  }

  /** Against differences of the loss in double. */
  @EachBackend
  void gradientsAreTheSlopesOfTheLoss(Subject on) {
    Problem p = new Problem(4, 3, 5, Reduction.MEAN, 0.1f, 1);
    Values v = values(on, p, true);
    Result r = run(on, p, v, true, true);
    float step = 0x1p-10f;
    for (float[][] pair : new float[][][] {{v.x, r.dX}, {v.w, r.dW}, {v.bias, r.dBias}}) {
      for (int i = 0; i < pair[0].length; i++) {
        float before = pair[0][i];
        pair[0][i] = before + step;
        double above = new Oracle(p, v).loss.loss[0];
        double moved = (double) pair[0][i] - before;
        pair[0][i] = (float) (before - moved);
        double below = new Oracle(p, v).loss.loss[0];
        double movedBoth = moved + ((double) before - pair[0][i]);
        pair[0][i] = before;
        Accuracy.assertWithin("slope", (above - below) / movedBoth, 2e-5, pair[1][i]);
      }
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    Problem p = on.device().isEmulated() ? mean(70, 60, 1001) : mean(150, 60, 3001);
    Values v = values(on, p, true);
    Determinism.check(on, "loss", () -> run(on, p, v, true, true).loss);
    Determinism.check(on, "dX", () -> run(on, p, v, true, true).dX);
    Determinism.check(on, "dW", () -> run(on, p, v, true, true).dW);
    Determinism.check(on, "dBias", () -> run(on, p, v, true, true).dBias);
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor x = w.tensor(3, 4);
      assertEquals(
          "linearCrossEntropy: x is 3x4, w is 5x6: inner sizes 4 and 5 differ; bias has 5 elements,"
              + " not 6; targets has 2 elements, not 3; targets must be labels of at most 6"
              + " classes; their bound is 7; dX is 4x3, not 3x4; dW is 4x6, not 5x6; dBias has 12"
              + " elements, not 6; dBias and x share memory",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new LinearCrossEntropy(
                          x,
                          w.tensor(5, 6),
                          w.tensor(5),
                          w.labels(7, 2),
                          Reduction.MEAN,
                          0,
                          1,
                          w.tensor(1),
                          w.tensor(4, 3),
                          w.tensor(4, 6),
                          x))
              .getMessage());
    }
  }
}
