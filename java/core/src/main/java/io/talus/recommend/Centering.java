package io.talus.recommend;

/**
 * What ratings are measured from, and in what unit, when the ratings of neighbours are averaged.
 * {@link KnnRecommender} has the formulas.
 */
public enum Centering {
  /** From 0. */
  NONE,
  /** From the mean of the neighbour's ratings, so that the generous and the severe speak alike. */
  MEAN,
  /** From that mean, in deviations of the neighbour's ratings. */
  Z_SCORE,
  /** From the {@link Baselines} of neighbour and item (or user). */
  BASELINE
}
