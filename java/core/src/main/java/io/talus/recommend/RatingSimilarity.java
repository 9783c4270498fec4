package io.talus.recommend;

import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * When two items, or two users, are alike: a measure of what stands in their rows, what that is,
 * what it must rest on, and how little of it is too little. The constants are the usual ones; each
 * method returns a changed copy.
 *
 * <pre>
 * Knn.ofItems(RatingSimilarity.COSINE.weighted(Weighting.TF_IDF), 50)
 * Knn.ofUsers(RatingSimilarity.PEARSON.supported(Support.atLeast(3)), 40)
 * </pre>
 *
 * <p>r(x, y) is the rating of row x and column y: among items, rows are items and columns users;
 * among users, the other way round. Sums are over the columns that both rows x and z have where a
 * constant says so, and else over all, an absent rating being 0; n(x) is the number of ratings in
 * row x, n(x, z) the number of columns that both have.
 *
 * @param support what similarities must rest on. Under another than {@link Support#ANY} rows with
 *     no common column are no neighbours, whatever the measure
 * @param least rows less alike than that are no neighbours; minus infinity for no such limit
 * @param givenTheRow whether the similarity of x to z is divided by n(x), which makes the number
 *     that both have the share of what x has. It differs then from that of z to x
 */
public record RatingSimilarity(
    SparseMeasure measure, Weighting weighting, Support support, float least, boolean givenTheRow) {

  /** Sum of r(x, y) r(z, y). */
  public static final RatingSimilarity DOT = of(SparseMeasure.DOT);

  /** Sum of r(x, y) r(z, y) / (|x| |z|), of whole rows. */
  public static final RatingSimilarity COSINE = of(SparseMeasure.COSINE);

  /** {@link SparseMeasure#COMMON_COSINE}: the same over common columns. */
  public static final RatingSimilarity COMMON_COSINE = of(SparseMeasure.COMMON_COSINE);

  /**
   * The cosine over common columns of r(x, y) less the mean of column y, so that (among items) the
   * generous and the severe users count alike. Source: Sarwar et al., "Item-based collaborative
   * filtering recommendation algorithms", WWW 2001.
   */
  public static final RatingSimilarity ADJUSTED_COSINE =
      COMMON_COSINE.weighted(Weighting.LESS_COLUMN_MEANS);

  /** {@link SparseMeasure#COMMON_PEARSON}: Pearson's correlation over common columns. */
  public static final RatingSimilarity PEARSON = of(SparseMeasure.COMMON_PEARSON);

  /**
   * The cosine over common columns of r(x, y) less its {@link Baselines}, times (n - 1) / (n - 1 +
   * 100) with n = n(x, z). Source: Koren, "Factor in the neighbors", ACM TKDD 4(1), 2010.
   */
  public static final RatingSimilarity PEARSON_BASELINE =
      COMMON_COSINE
          .weighted(Weighting.LESS_BASELINES)
          .supported(Support.ANY.shrunkAfterTheFirst(100));

  /** {@link SparseMeasure#COMMON_MEAN_SQUARED_DIFFERENCE}. */
  public static final RatingSimilarity MEAN_SQUARED_DIFFERENCE =
      of(SparseMeasure.COMMON_MEAN_SQUARED_DIFFERENCE);

  /** 1 / (1 + |x - z|), of whole rows. */
  public static final RatingSimilarity EUCLIDEAN = of(SparseMeasure.EUCLIDEAN);

  /** {@link SparseMeasure#TANIMOTO} of the ratings. */
  public static final RatingSimilarity TANIMOTO = of(SparseMeasure.TANIMOTO);

  /** n(x, z) / (n(x) + n(z) - n(x, z)), whatever the ratings. */
  public static final RatingSimilarity JACCARD = TANIMOTO.weighted(Weighting.PRESENCE);

  /**
   * n(x, z) / n(x), whatever the ratings: how many of those who have x have z as well. Source:
   * Deshpande, Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004, without
   * their division by a power of n(z).
   */
  public static final RatingSimilarity CONDITIONAL_PROBABILITY =
      new RatingSimilarity(
          SparseMeasure.DOT, Weighting.PRESENCE, Support.ANY, Float.NEGATIVE_INFINITY, true);

  private static final Map<String, RatingSimilarity> NAMED = named();

  /**
   * @throws IllegalArgumentException when least is NaN
   */
  public RatingSimilarity {
    Objects.requireNonNull(weighting);
    Objects.requireNonNull(support);
    if (Float.isNaN(least)) {
      throw new IllegalArgumentException("the least similarity is NaN");
    }
  }

  /** By that measure of the ratings as they are. */
  public static RatingSimilarity of(SparseMeasure measure) {
    return new RatingSimilarity(
        measure, Weighting.NONE, Support.ANY, Float.NEGATIVE_INFINITY, false);
  }

  /** By that measure of whole rows of the ratings as they are. */
  public static RatingSimilarity of(SimilarityMeasure measure) {
    return of(SparseMeasure.of(measure));
  }

  /** The constants by their names in lower case, with - for _. */
  public static Map<String, RatingSimilarity> byName() {
    return NAMED;
  }

  private static Map<String, RatingSimilarity> named() {
    Map<String, RatingSimilarity> named = new LinkedHashMap<>();
    named.put("cosine", COSINE);
    named.put("adjusted-cosine", ADJUSTED_COSINE);
    named.put("common-cosine", COMMON_COSINE);
    named.put("pearson", PEARSON);
    named.put("pearson-baseline", PEARSON_BASELINE);
    named.put("mean-squared-difference", MEAN_SQUARED_DIFFERENCE);
    named.put("jaccard", JACCARD);
    named.put("tanimoto", TANIMOTO);
    named.put("conditional-probability", CONDITIONAL_PROBABILITY);
    named.put("euclidean", EUCLIDEAN);
    named.put("dot", DOT);
    return Collections.unmodifiableMap(named);
  }

  /** The same of other weights. */
  public RatingSimilarity weighted(Weighting weighting) {
    return new RatingSimilarity(measure, weighting, support, least, givenTheRow);
  }

  /** The same on other support. */
  public RatingSimilarity supported(Support support) {
    return new RatingSimilarity(measure, weighting, support, least, givenTheRow);
  }

  /** The same, with rows less alike than that being no neighbours. */
  public RatingSimilarity atLeast(float least) {
    return new RatingSimilarity(measure, weighting, support, least, givenTheRow);
  }

  /** As in {@code COSINE of TF_IDF, at least 0.1}. */
  @Override
  public String toString() {
    return measure
        + (weighting.equals(Weighting.NONE) ? "" : " of " + weighting)
        + (givenTheRow ? " given the row" : "")
        + (support.equals(Support.ANY) ? "" : ", " + support)
        + (least == Float.NEGATIVE_INFINITY ? "" : ", at least " + least);
  }
}
