package io.talus.op;

/**
 * What a similarity of two rows with n common columns must rest on, and how it is held back where
 * that is little: the similarity times
 *
 * <pre>
 *   n / (n + shrinkage)              counting each column
 *   (n - 1) / (n - 1 + shrinkage)    counting the columns after the first
 * </pre>
 *
 * or as it is where shrinkage is 0. Sources: Koren, "Factorization meets the neighborhood", KDD
 * 2008 (the first); Koren, "Factor in the neighbors", ACM TKDD 4(1), 2010 (the second).
 *
 * @param least the fewest common columns that two rows must have to be neighbours, at least 1
 * @param shrinkage 0 or more
 * @param afterTheFirst whether the first column counts for nothing
 */
public record Support(int least, float shrinkage, boolean afterTheFirst) {
  /** One common column is enough, and nothing is held back. */
  public static final Support ANY = new Support(1, 0, false);

  /**
   * @throws IllegalArgumentException when least is not positive, or shrinkage is negative or not
   *     finite
   */
  public Support {
    Check.of("support")
        .that(least >= 1, "least is %s, expected at least 1", least)
        .that(
            shrinkage >= 0 && Float.isFinite(shrinkage),
            "shrinkage is %s, expected 0 or more",
            shrinkage)
        .orThrow();
  }

  /** Whether nothing is asked for and nothing held back, as by {@link #ANY}. */
  public boolean isAny() {
    return least == 1 && shrinkage == 0;
  }

  /** At least so many common columns. */
  public static Support atLeast(int least) {
    return new Support(least, 0, false);
  }

  /** The same, with {@code n / (n + shrinkage)}. */
  public Support shrunk(float shrinkage) {
    return new Support(least, shrinkage, false);
  }

  /** The same, with {@code (n - 1) / (n - 1 + shrinkage)}. */
  public Support shrunkAfterTheFirst(float shrinkage) {
    return new Support(least, shrinkage, true);
  }

  /** What n common columns leave of a similarity. */
  public double factor(double n) {
    double counted = n - (afterTheFirst ? 1 : 0);
    return shrinkage == 0 ? 1 : counted / (counted + shrinkage);
  }
}
