package io.talus.recommend;

/**
 * How {@link RankingMetrics} are taken. Immutable; each method returns a changed copy.
 *
 * <p>By default all items compete that the user has not rated in the training part, and each
 * held-out item is relevant.
 */
public final class RankingProtocol {
  private static final int ALL = -1;

  private final int k;
  private final float relevantFrom;
  private final int negatives;
  private final long seed;

  private RankingProtocol(int k, float relevantFrom, int negatives, long seed) {
    this.k = k;
    this.relevantFrom = relevantFrom;
    this.negatives = negatives;
    this.seed = seed;
  }

  /**
   * Judges the first k items of each list.
   *
   * @throws IllegalArgumentException when k is not positive
   */
  public static RankingProtocol top(int k) {
    Indices.requirePositive(k, "k");
    return new RankingProtocol(k, Float.NEGATIVE_INFINITY, ALL, 0);
  }

  /**
   * Only held-out items with at least that rating are relevant; the others compete as if they had
   * not been rated.
   *
   * @throws IllegalArgumentException when it is NaN
   */
  public RankingProtocol relevantFrom(float rating) {
    if (Float.isNaN(rating)) {
      throw new IllegalArgumentException("relevantFrom is NaN, expected a rating");
    }
    return new RankingProtocol(k, rating, negatives, seed);
  }

  /**
   * Lets the relevant items compete with only so many others, drawn without replacement for each
   * user (all of them where there are fewer). Cheaper where items are very many, but such figures
   * are no estimate of those over all items and may order recommenders otherwise: Krichene, Rendle,
   * "On sampled metrics for item recommendation", KDD 2020. For comparison with figures published
   * that way.
   *
   * @param seed the same seed draws the same items everywhere
   * @throws IllegalArgumentException when the count is not positive
   */
  public RankingProtocol sampledNegatives(int count, long seed) {
    Indices.requirePositive(count, "negatives");
    return new RankingProtocol(k, relevantFrom, count, seed);
  }

  /** The length of the lists. */
  public int k() {
    return k;
  }

  boolean isRelevant(float rating) {
    return rating >= relevantFrom;
  }

  boolean samples() {
    return negatives != ALL;
  }

  int negatives() {
    return negatives;
  }

  long seed() {
    return seed;
  }

  /** As in {@code top 10 of all items}. */
  @Override
  public String toString() {
    return "top "
        + k
        + (samples() ? " of the relevant and " + negatives + " sampled items" : " of all items")
        + (relevantFrom == Float.NEGATIVE_INFINITY ? "" : ", relevant from " + relevantFrom);
  }
}
