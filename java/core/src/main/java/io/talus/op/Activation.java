package io.talus.op;

/** A function applied to each output of a layer. */
public enum Activation {
  /** f(x) = x. */
  IDENTITY(0),
  /** f(x) = max(0, x); f(NaN) = NaN; the derivative at 0 is 0. */
  RELU(1),
  /** f(x) = x/2 (1 + erf(x / sqrt 2)), the exact form (Hendrycks and Gimpel, 2016); f(-inf) = 0. */
  GELU(2),
  /** The hyperbolic tangent. */
  TANH(3),
  /** f(x) = 1 / (1 + exp(-x)). */
  SIGMOID(4);

  private final int code;

  Activation(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }

  /**
   * Whether the derivative is computed from the activation's input; otherwise from its output, and
   * IDENTITY needs neither.
   */
  public boolean needsInput() {
    return this == GELU;
  }
}
