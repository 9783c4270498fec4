package io.talus.op;

/** How alike two rows u and v of n values are. Larger is more alike. */
public enum SimilarityMeasure {
  /** u · v. */
  DOT(0),
  /** u · v / (|u| |v|), clamped to [-1, 1]; 0 when either row is zero. */
  COSINE(1),
  /**
   * The cosine of u - mean(u) and v - mean(v), clamped to [-1, 1]; 0 when either row is constant.
   */
  PEARSON(2),
  /** 1 / (1 + |u - v|), in (0, 1]. */
  EUCLIDEAN(3);

  private final int code;

  SimilarityMeasure(int code) {
    this.code = code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
