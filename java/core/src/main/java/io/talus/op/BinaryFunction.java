package io.talus.op;

/** Functions of two values; MAXIMUM and MINIMUM give NaN when either is NaN. */
public enum BinaryFunction {
  ADD(0),
  SUBTRACT(1),
  MULTIPLY(2),
  DIVIDE(3),
  MAXIMUM(4),
  MINIMUM(5);

  private final int code;

  BinaryFunction(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
