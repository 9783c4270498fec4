package io.talus.op;

/**
 * What {@link Reduce} computes. Of no elements: SUM and SUM_OF_SQUARES 0, MEAN NaN, MAX -inf, MIN
 * +inf.
 */
public enum ReduceFunction {
  SUM(0),
  MEAN(1),
  MAX(2),
  MIN(3),
  SUM_OF_SQUARES(4);

  private final int code;

  ReduceFunction(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
