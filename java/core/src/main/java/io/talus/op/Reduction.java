package io.talus.op;

/** How the losses of the rows of a batch become the result. */
public enum Reduction {
  /** One value: the sum over the rows that count, divided by their number; 0 when none counts. */
  MEAN(0),
  /** One value: the sum over the rows that count. */
  SUM(1),
  /** One value for each row. */
  NONE(2);

  private final int code;

  Reduction(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
