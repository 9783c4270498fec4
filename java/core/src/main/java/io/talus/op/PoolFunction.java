package io.talus.op;

/** What {@link Pool} makes of the elements that a window sees. */
public enum PoolFunction {
  /** The largest; NaN if one is NaN. */
  MAX(0),
  /** The sum divided by their number, those in the padding not counted. */
  AVERAGE(1);

  private final int code;

  PoolFunction(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
