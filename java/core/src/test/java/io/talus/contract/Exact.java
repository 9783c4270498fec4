package io.talus.contract;

import io.talus.op.Activation;

/** Functions in double for the tests, written another way than any backend's. */
final class Exact {
  // Gauss and Legendre's five points and weights on [-1, 1].
  private static final double[] POINTS = {
    -0.9061798459386640, -0.5384693101056831, 0, 0.5384693101056831, 0.9061798459386640
  };
  private static final double[] WEIGHTS = {
    0.2369268850561891,
    0.4786286704993665,
    0.5688888888888889,
    0.4786286704993665,
    0.2369268850561891
  };
  private static final int PIECES = 24;

  private Exact() {}

  /** The density of the standard normal distribution. */
  static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** P(X < x) for a standard normal X, by integrating the density from 0 to x. */
  static double normalBelow(double x) {
    if (Math.abs(x) > 9) {
      return x > 0 ? 1 : 0;
    }
    double half = x / PIECES / 2;
    double integral = 0;
    for (int piece = 0; piece < PIECES; piece++) {
      for (int i = 0; i < POINTS.length; i++) {
        integral += half * WEIGHTS[i] * density((2 * piece + 1 + POINTS[i]) * half);
      }
    }
    return 0.5 + integral;
  }

  static double activate(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Double.isNaN(x) ? x : Math.max(0, x);
      case GELU -> x == Double.NEGATIVE_INFINITY ? 0 : x * normalBelow(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
    };
  }

  /** The largest absolute slope of the activation. */
  static double steepness(Activation activation) {
    return activation == Activation.GELU ? 1.13 : activation == Activation.SIGMOID ? 0.25 : 1;
  }

  /** The promised error of the activation alone, at x. */
  static double activationTolerance(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY, RELU -> 0;
      case GELU -> 4 * Accuracy.EPS * Math.abs(x);
      case TANH, SIGMOID -> 4 * Accuracy.EPS * Math.abs(activate(activation, x));
    };
  }

  static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
