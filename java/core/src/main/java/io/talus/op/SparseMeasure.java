package io.talus.op;

/**
 * How alike two rows u and v of a sparse matrix are. Larger is more alike.
 *
 * <p>Some measures look at whole rows, an element that is not stored being 0: they are those of
 * {@link SimilarityMeasure}, and TANIMOTO. Others look at the columns alone that are stored in both
 * rows (of two users, the items that both have rated), whatever else the rows hold. For these let n
 * be the number of such columns, and all sums be over them.
 */
public enum SparseMeasure {
  /** {@link SimilarityMeasure#DOT} of whole rows. */
  DOT(0),
  /** {@link SimilarityMeasure#COSINE} of whole rows. */
  COSINE(1),
  /** {@link SimilarityMeasure#PEARSON} of whole rows. */
  PEARSON(2),
  /** {@link SimilarityMeasure#EUCLIDEAN} of whole rows. */
  EUCLIDEAN(3),
  /**
   * Of whole rows: u · v / (u · u + v · v - u · v), in [-1/3, 1] but for rounding; 0 when both are
   * zero. Of rows of ones it is the Jaccard index: columns in both by columns in either.
   */
  TANIMOTO(4),
  /** Over common columns: sum of u v / sqrt(sum of u^2 sum of v^2); 0 when either sum is 0. */
  COMMON_COSINE(5),
  /**
   * Over common columns: the cosine of u less its mean over them and v less its own; 0 when either
   * is constant over them.
   */
  COMMON_PEARSON(6),
  /** Over common columns: 1 / (1 + m), m = sum of (u - v)^2 / n; in (0, 1]. */
  COMMON_MEAN_SQUARED_DIFFERENCE(7);

  private final int code;

  SparseMeasure(int code) {
    this.code = code;
  }

  /** The measure of whole rows. */
  public static SparseMeasure of(SimilarityMeasure measure) {
    return switch (measure) {
      case DOT -> DOT;
      case COSINE -> COSINE;
      case PEARSON -> PEARSON;
      case EUCLIDEAN -> EUCLIDEAN;
    };
  }

  /** Whether it looks at common columns alone. */
  public boolean isOfCommonColumns() {
    return code >= COMMON_COSINE.code;
  }

  /** The number that stands for this in native code. */
  public int code() {
    return code;
  }
}
