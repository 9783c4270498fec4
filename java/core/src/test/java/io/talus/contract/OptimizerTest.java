package io.talus.contract;

import static io.talus.contract.Accuracy.EPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.Workspace;
import io.talus.op.Adam;
import io.talus.op.Sgd;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** {@link Sgd} and {@link Adam}. */
class OptimizerTest {
  /** Around vectors of 16, 8 and 4 and the sizes that threads share (8,192 and 32,768). */
  private static final int[] SIZES = {
    0, 1, 3, 4, 5, 8, 15, 16, 17, 33, 1000, 8191, 8193, 32_767, 32_769, 70_001
  };

  private static void checkSgd(Subject on, int size, float momentum, boolean nesterov, float l2) {
    boolean hasVelocity = momentum > 0 || nesterov;
    float rate = 0.1f;
    float[] w = on.signed(size);
    float[] gradient = on.signed(size);
    float[] velocity = on.signed(size);
    double[] newW = new double[size];
    double[] tolerance = new double[size];
    double[] newVelocity = new double[size];
    double[] velocityTolerance = new double[size];
    for (int i = 0; i < size; i++) {
      double g = gradient[i] + (double) l2 * w[i];
      double sizeOfG = Math.abs(gradient[i]) + Math.abs((double) l2 * w[i]);
      double v = hasVelocity ? (double) momentum * velocity[i] + g : g;
      double sizeOfV = (hasVelocity ? Math.abs((double) momentum * velocity[i]) : 0) + sizeOfG;
      newVelocity[i] = v;
      velocityTolerance[i] = 6 * EPS * sizeOfV;
      double direction = nesterov ? g + momentum * v : v;
      double sizeOfDirection = nesterov ? sizeOfG + momentum * sizeOfV : sizeOfV;
      newW[i] = w[i] - rate * direction;
      tolerance[i] = 6 * EPS * (Math.abs(w[i]) + rate * sizeOfDirection);
    }
    String what =
        "sgd " + size + ", momentum " + momentum + ", nesterov " + nesterov + ", l2 " + l2;
    Tensor weights = on.inOut(w, size);
    Tensor v = hasVelocity ? on.inOut(velocity, size) : null;
    Tensor learningRate = on.in(new float[] {rate}, 1);
    on.device()
        .sgd(new Sgd(weights, on.in(gradient, size), v, learningRate, momentum, nesterov, l2));
    Accuracy.assertWithin(what, newW, tolerance, weights.toArray());
    if (hasVelocity) {
      Accuracy.assertWithin(what + ": velocity", newVelocity, velocityTolerance, v.toArray());
    }
    on.nextCase();
  }

  @EachBackend
  void sgdOfEverySizeAndKind(Subject on) {
    for (int size : SIZES) {
      for (float l2 : new float[] {0, 0.01f}) {
        checkSgd(on, size, 0, false, l2);
        checkSgd(on, size, 0.9f, false, l2);
        checkSgd(on, size, 0.9f, true, l2);
        checkSgd(on, size, 0, true, l2);
      }
    }
  }

  @EachBackend
  void sgdOfPowersOfTwoIsExact(Subject on) {
    Tensor weights = on.inOut(new float[] {1, -2, 0}, 3);
    Tensor velocity = on.inOut(new float[] {2, 0, -4}, 3);
    Tensor gradient = on.in(new float[] {4, 8, -1}, 3);
    Tensor rate = on.in(new float[] {0.5f}, 1);
    on.device().sgd(new Sgd(weights, gradient, velocity, rate, 0.5f, false, 0.25f));
    // g = 4.25, 7.5, -1
    Accuracy.assertExact("velocity", new float[] {5.25f, 7.5f, -3}, velocity.toArray());
    Accuracy.assertExact("weights", new float[] {-1.625f, -5.75f, 1.5f}, weights.toArray());
  }

  private record AdamSettings(
      float rate, int step, float beta1, float beta2, float epsilon, float l2, float decay) {}

  private static void checkAdam(Subject on, int size, AdamSettings s) {
    float[] w = on.signed(size);
    float[] gradient = on.signed(size);
    float[] m = on.signed(size);
    float[] v = on.signed(size);
    double[] newW = new double[size];
    double[] tolerance = new double[size];
    double[] newM = new double[size];
    double[] mTolerance = new double[size];
    double[] newV = new double[size];
    double[] vTolerance = new double[size];
    for (int i = 0; i < size; i++) {
      m[i] = s.step == 1 ? 0 : m[i];
      v[i] = s.step == 1 ? 0 : v[i] * v[i];
      double g = gradient[i] + (double) s.l2 * w[i];
      double sizeOfG = Math.abs(gradient[i]) + Math.abs((double) s.l2 * w[i]);
      newM[i] = (double) s.beta1 * m[i] + (1 - (double) s.beta1) * g;
      mTolerance[i] = 8 * EPS * (Math.abs(s.beta1 * m[i]) + (1 - s.beta1) * sizeOfG);
      newV[i] = (double) s.beta2 * v[i] + (1 - (double) s.beta2) * g * g;
      vTolerance[i] = 8 * EPS * (s.beta2 * v[i] + (1 - s.beta2) * sizeOfG * sizeOfG);
      double correctedM = newM[i] / (1 - Math.pow(s.beta1, s.step));
      double correctedV = newV[i] / (1 - Math.pow(s.beta2, s.step));
      double direction = correctedM / (Math.sqrt(correctedV) + s.epsilon);
      newW[i] = w[i] - s.rate * (direction + s.decay * (double) w[i]);
      tolerance[i] =
          adamTolerance(s, w[i], direction, newM[i], mTolerance[i], newV[i], vTolerance[i]);
    }
    Tensor weights = on.inOut(w, size);
    Tensor first = on.inOut(m, size);
    Tensor second = on.inOut(v, size);
    Tensor rate = on.in(new float[] {s.rate}, 1);
    IntTensor step = on.workspace().ints(new int[] {s.step}, 1);
    on.device()
        .adam(
            new Adam(
                weights,
                on.in(gradient, size),
                first,
                second,
                rate,
                step,
                s.beta1,
                s.beta2,
                s.epsilon,
                s.l2,
                s.decay));
    String what = " of " + size + " with " + s;
    Accuracy.assertWithin("m" + what, newM, mTolerance, first.toArray());
    Accuracy.assertWithin("v" + what, newV, vTolerance, second.toArray());
    Accuracy.assertWithin("weights" + what, newW, tolerance, weights.toArray());
    on.nextCase();
  }

  /** 16 eps of |weight| + rate |direction|, and what the errors of m and v do to the direction. */
  private static double adamTolerance(
      AdamSettings s,
      float weight,
      double direction,
      double m,
      double mTolerance,
      double v,
      double vTolerance) {
    double ofM = m == 0 ? 0 : mTolerance / Math.abs(m);
    double ofV = v == 0 ? 0 : vTolerance / v / 2;
    return EPS * 16 * Math.abs(weight) + s.rate * Math.abs(direction) * (16 * EPS + ofM + ofV);
  }

  @EachBackend
  void adamOfEverySizeAndKind(Subject on) {
    for (int size : SIZES) {
      checkAdam(on, size, new AdamSettings(0.001f, 1, 0.9f, 0.999f, 1e-8f, 0, 0));
      checkAdam(on, size, new AdamSettings(0.01f, 7, 0.9f, 0.999f, 1e-8f, 0.01f, 0));
      checkAdam(on, size, new AdamSettings(0.01f, 1000, 0.8f, 0.99f, 1e-3f, 0, 0.1f));
      checkAdam(on, size, new AdamSettings(0.01f, 2_000_000_000, 0.5f, 0, 1e-6f, 0, 0));
    }
  }

  /** As long as nothing has moved, nothing divides by zero. */
  @EachBackend
  void adamOfZeroGradients(Subject on) {
    Tensor weights = on.inOut(new float[] {1, 2, 3}, 3);
    Tensor rate = on.in(new float[] {0.1f}, 1);
    IntTensor step = on.workspace().ints(new int[] {1}, 1);
    Tensor zeros = on.in(new float[3], 3);
    Tensor m = on.inOut(new float[3], 3);
    Tensor v = on.inOut(new float[3], 3);
    on.device().adam(new Adam(weights, zeros, m, v, rate, step, 0.9f, 0.999f, 1e-8f, 0, 0));
    Accuracy.assertExact("weights", new float[] {1, 2, 3}, weights.toArray());
  }

  @EachBackend
  void nanStaysWhereItIs(Subject on) {
    float[] w = new float[20];
    float[] gradient = new float[20];
    gradient[5] = Float.NaN;
    w[17] = Float.NaN;
    Tensor weights = on.inOut(w, 20);
    Tensor rate = on.in(new float[] {0.1f}, 1);
    on.device().sgd(new Sgd(weights, on.in(gradient, 20), null, rate, 0, false, 0));
    float[] after = weights.toArray();
    for (int i = 0; i < 20; i++) {
      assertEquals(i == 5 || i == 17, Float.isNaN(after[i]), "weight " + i);
    }
  }

  @EachBackend
  void sameBitsAgainAndOnAnyNumberOfThreads(Subject on) {
    float[] w = on.signed(100_003);
    float[] gradient = on.signed(w.length);
    Determinism.check(
        on,
        "adam",
        () -> {
          Tensor weights = on.inOut(w, w.length);
          Tensor rate = on.in(new float[] {0.1f}, 1);
          Tensor m = on.inOut(new float[w.length], w.length);
          Tensor v = on.inOut(new float[w.length], w.length);
          IntTensor step = on.workspace().ints(new int[] {1}, 1);
          Tensor g = on.in(gradient, w.length);
          on.device().adam(new Adam(weights, g, m, v, rate, step, 0.9f, 0.99f, 1e-8f, 0, 0));
          return weights.toArray();
        });
  }

  @Test
  void mismatchesAreNamed() {
    try (Workspace w = Subject.usable().get(0).device().workspace()) {
      Tensor weights = w.tensor(4);
      assertEquals(
          "sgd: gradient has 3 elements, not 4; learningRate has 2 elements, not 1; momentum 1.0 is"
              + " not in [0, 1); momentum needs velocity; l2 -1.0 must be finite and not negative",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Sgd(weights, w.tensor(3), null, w.tensor(2), 1, false, -1))
              .getMessage());
      assertEquals(
          "adam: m has 3 elements, not 4; step has 2 elements, not 1; beta1 1.0 is not in [0, 1);"
              + " beta2 NaN is not in [0, 1); epsilon 0.0 must be positive; decay Infinity must be"
              + " finite and not negative; weights and gradient share memory",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new Adam(
                          weights,
                          weights,
                          w.tensor(3),
                          w.tensor(4),
                          w.tensor(1),
                          w.ints(2),
                          1,
                          Float.NaN,
                          0,
                          0,
                          Float.POSITIVE_INFINITY))
              .getMessage());
    }
  }
}
