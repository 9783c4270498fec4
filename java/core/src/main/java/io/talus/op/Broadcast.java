package io.talus.op;

/** How the second operand of {@link Binary} meets the first. */
public enum Broadcast {
  /** Element by element. */
  SAME_SHAPE(0),
  /** One row of {@code columns} values, used for every row. */
  ROW(1),
  /** One column of {@code rows} values, used for every column. */
  COLUMN(2),
  /** One value. */
  SCALAR(3);

  private final int code;

  Broadcast(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
