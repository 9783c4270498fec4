package io.talus.recommend;

import io.talus.data.Ratings;

/**
 * A matrix small enough to work out by hand, with round lengths of items.
 *
 * <pre>
 *        w  x  y  z
 *   ann  3  4  .  .     lengths 5 5 2 5
 *   bob  4  3  .  4     means   3.5 3.5 2 3.5
 *   cat  .  .  2  3
 *
 *   cosine: wx 24/25, wy 0, wz 16/25, xy 0, xz 12/25, yz 6/10
 * </pre>
 */
final class Golden {
  static final int W = 0;
  static final int X = 1;
  static final int Y = 2;
  static final int Z = 3;

  static final Ratings RATINGS =
      Ratings.builder()
          .add("ann", "w", 3)
          .add("ann", "x", 4)
          .add("cat", "y", 2)
          .add("cat", "z", 3)
          .add("bob", "z", 4)
          .add("bob", "x", 3)
          .add("bob", "w", 4)
          .build();

  private Golden() {}
}
