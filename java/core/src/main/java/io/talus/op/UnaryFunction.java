package io.talus.op;

/** Functions of one value; IEEE 754 rules for NaN, infinities and signed zeros. */
public enum UnaryFunction {
  NEGATE(0),
  ABS(1),
  SQUARE(2),
  SQRT(3),
  RECIPROCAL(4),
  EXP(5),
  LOG(6),
  RELU(7),
  GELU(8),
  TANH(9),
  SIGMOID(10);

  private final int code;

  UnaryFunction(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
