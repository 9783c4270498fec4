package io.talus.backend.reference;

import io.talus.op.Activation;

/** The functions that {@link Math} lacks, and the activations, in double. */
final class Functions {
  /** From here on erf differs from 1 by less than half a unit in the last place. */
  private static final double ERF_IS_ONE = 6;

  private Functions() {}

  /**
   * The error function: {@code 2/sqrt(pi) exp(-x^2)} times the sum of {@code 2^n x^(2n+1) / (1 3 5
   * ... (2n+1))}, whose terms all have one sign, so that nothing cancels (Abramowitz and Stegun,
   * 7.1.6).
   */
  static double erf(double x) {
    if (Math.abs(x) >= ERF_IS_ONE) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  /** max(0, x), but NaN of NaN. */
  static double relu(double x) {
    return x <= 0 ? 0 : x;
  }

  static double gelu(double x) {
    return x == Double.NEGATIVE_INFINITY ? 0 : x / 2 * (1 + erf(x / Math.sqrt(2)));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double activate(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> relu(x);
      case GELU -> gelu(x);
      case TANH -> Math.tanh(x);
      case SIGMOID -> sigmoid(x);
    };
  }

  /** The derivative, from the activation's input for GELU, else from its output. */
  static double slope(Activation activation, double saved) {
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> saved > 0 ? 1 : saved <= 0 ? 0 : Double.NaN;
      case GELU -> geluSlope(saved);
      case TANH -> 1 - saved * saved;
      case SIGMOID -> saved * (1 - saved);
    };
  }

  /** P(X < x) + x p(x), for X normally distributed with density p. */
  private static double geluSlope(double x) {
    double below = (1 + erf(x / Math.sqrt(2))) / 2;
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    return Double.isInfinite(x) ? below : below + x * density;
  }
}
