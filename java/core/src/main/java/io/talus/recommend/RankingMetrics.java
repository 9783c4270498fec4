package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;

/**
 * How well a recommender's first k items match what users rated in the held-out part of a split.
 *
 * <p>Let T(u) be the items that user u rated in the held-out part, R(u) the first k recommended
 * among all items that u has not rated in the other part, and U the users with T(u) not empty.
 *
 * <pre>
 *   hit rate  = mean over U of [1 when R(u) and T(u) have an item in common, else 0]
 *   precision = mean over U of |R(u) and T(u)| / k
 *   recall    = mean over U of |R(u) and T(u)| / |T(u)|
 * </pre>
 *
 * With one item held out of each user, hit rate and recall are the same. A list shorter than k
 * counts as if the rest of it were misses. All are NaN where U is empty.
 *
 * @param k the length of the lists
 * @param users the number of users in U
 */
public record RankingMetrics(int k, int users, double hitRate, double precision, double recall) {

  /**
   * Ranks all items for each user of the held-out part.
   *
   * @throws IllegalArgumentException when the recommender did not learn from {@code split.train()},
   *     or k is not positive
   */
  public static RankingMetrics of(Recommender recommender, RatingsSplit split, int k) {
    if (recommender.ratings() != split.train()) {
      throw new IllegalArgumentException(
          "the recommender learned from " + recommender.ratings() + ", not from split.train()");
    }
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k + ", expected at least 1");
    }
    RatingsMatrix held = split.test().byUser();
    int users = 0;
    int hits = 0;
    double precision = 0;
    double recall = 0;
    for (int user = 0; user < held.rows(); user++) {
      if (held.size(user) > 0) {
        int found = 0;
        for (ScoredItem item : recommender.recommend(user, k)) {
          found += held.find(user, item.item()) >= 0 ? 1 : 0;
        }
        users++;
        hits += found > 0 ? 1 : 0;
        precision += (double) found / k;
        recall += (double) found / held.size(user);
      }
    }
    return new RankingMetrics(k, users, (double) hits / users, precision / users, recall / users);
  }
}
