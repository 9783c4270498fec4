package io.talus.bench.peers;

import io.talus.data.Ratings;
import io.talus.data.SyntheticRatings;
import io.talus.op.SparseMeasure;

/** Similarities over co-rated users that Mahout Taste knows too, and what they are computed of. */
enum Likeness {
  COSINE(SparseMeasure.COMMON_COSINE),
  PEARSON(SparseMeasure.COMMON_PEARSON);

  static final int K = 50;

  final SparseMeasure measure;

  Likeness(SparseMeasure measure) {
    this.measure = measure;
  }

  static Ratings ratings() {
    return SyntheticRatings.zipf(6_040, 3_706, 1_000_209, 1);
  }

  /** Items whose neighbours are compared, with those of every contender. */
  static int[] compared(Ratings ratings) {
    int items = ratings.items();
    return new int[] {0, items / 7, items / 5, items / 3, items / 2, items - 1};
  }
}
