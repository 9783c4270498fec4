package io.talus.data;

import java.util.Arrays;

/**
 * Which examples are learned from and which are held out, the same share of every class.
 *
 * @param training numbers of examples
 * @param heldOut numbers of examples
 */
record StratifiedParts(int[] training, int[] heldOut) {

  /**
   * @param share of each class that is held out, in (0, 1): at least one on either side
   * @throws IllegalArgumentException when a class has a single example, which cannot be on both
   *     sides
   */
  static StratifiedParts of(int[] labels, int classes, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException(
          "split: a share of " + share + " of each class leaves one side empty");
    }
    int[] left = new int[classes];
    for (int label : labels) {
      left[label]++;
    }
    for (int c = 0; c < classes; c++) {
      if (left[c] == 1) {
        throw new IllegalArgumentException(
            "split: class " + c + " has 1 example, which cannot be on both sides");
      }
      left[c] = (int) Math.min(left[c] - 1, Math.max(1, Math.round(share * left[c])));
    }
    int[] order = Shuffle.permutation(labels.length, seed, 0);
    boolean[] isAside = new boolean[labels.length];
    for (int example : order) {
      isAside[example] = left[labels[example]]-- > 0;
    }
    return new StratifiedParts(
        Arrays.stream(order).filter(example -> !isAside[example]).toArray(),
        Arrays.stream(order).filter(example -> isAside[example]).toArray());
  }
}
