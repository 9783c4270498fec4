package io.talus.op;

/** Over which elements {@link Reduce} goes. */
public enum Axis {
  /** All: one result. */
  ALL(0),
  /** Each row by itself: one result for each row. */
  EACH_ROW(1),
  /** Each column by itself: one result for each column. */
  EACH_COLUMN(2);

  private final int code;

  Axis(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
