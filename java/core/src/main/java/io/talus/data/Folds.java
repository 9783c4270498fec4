package io.talus.data;

/**
 * How many parts data are divided into for k-fold cross-validation, and who goes where. Each part
 * is held out once while the others are learned from.
 *
 * <p>2 to 6 are what says something: with more, a fold is small and its result noisy, the trainings
 * differ in little, and each costs as much as the first. Who wants more says so: {@link #many}.
 *
 * <p>The same seed gives the same parts everywhere: they are dealt from a {@link Shuffle}.
 */
public final class Folds {
  private static final int FEWEST = 2;
  private static final int MOST = 6;

  /** Five folds: 20 % held out at a time. */
  public static final Folds FIVE = new Folds(5);

  private final int count;

  private Folds(int count) {
    this.count = count;
  }

  /**
   * 2 to 6 folds.
   *
   * @throws IllegalArgumentException when it is another number, with the reason
   */
  public static Folds of(int count) {
    if (count > MOST) {
      throw new IllegalArgumentException(
          count
              + " folds: more than "
              + MOST
              + " are too small to say anything each, and training "
              + count
              + " times on nearly the same examples adds cost, not knowledge. Take 5, or ask for"
              + " them with Folds.many("
              + count
              + ") or --many-folds");
    }
    return many(count);
  }

  /**
   * Any number of folds from 2 on, for who has a reason, such as a published result to compare
   * with.
   */
  public static Folds many(int count) {
    if (count < FEWEST) {
      throw new IllegalArgumentException(
          count + " folds: at least " + FEWEST + " are needed, one held out, one learned from");
    }
    return new Folds(count);
  }

  /** How many. */
  public int count() {
    return count;
  }

  /**
   * Deals examples at random.
   *
   * @return the fold of each example, from 0; sizes differ by at most one
   * @throws IllegalArgumentException when there are fewer examples than folds
   */
  public int[] random(int examples, long seed) {
    if (examples < count) {
      throw new IllegalArgumentException(
          count + " folds of " + examples + " examples: some would be empty");
    }
    int[] order = Shuffle.permutation(examples, seed, 0);
    int[] folds = new int[examples];
    for (int i = 0; i < examples; i++) {
      folds[order[i]] = i % count;
    }
    return folds;
  }

  /**
   * Deals examples so that each class has the same share in every fold (stratified).
   *
   * @param labels the class of each example, in {@code 0 .. classes - 1}
   * @return the fold of each example, from 0; the sizes, and those of each class, differ by at most
   *     one
   * @throws IllegalArgumentException when a class has fewer examples than there are folds, so that
   *     one would hold none of it
   */
  public int[] stratified(int[] labels, int classes, long seed) {
    int[] next = firstPlaces(labels, classes);
    int[] folds = new int[labels.length];
    for (int example : Shuffle.permutation(labels.length, seed, 0)) {
      folds[example] = next[labels[example]]++ % count;
    }
    return folds;
  }

  /** Where each class begins when the examples lie class by class. */
  private int[] firstPlaces(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    int place = 0;
    for (int c = 0; c < classes; c++) {
      if (counts[c] < count) {
        throw new IllegalArgumentException(
            "class "
                + c
                + " has "
                + counts[c]
                + (counts[c] == 1 ? " example" : " examples")
                + ", so that it would be empty in some of "
                + count
                + " folds: take "
                + (counts[c] < FEWEST ? "" : "at most " + counts[c] + " folds, ")
                + "more examples of it, or leave the class out");
      }
      int begin = place;
      place += counts[c];
      counts[c] = begin;
    }
    return counts;
  }

  /** As in {@code 5 folds}. */
  @Override
  public String toString() {
    return count + " folds";
  }
}
