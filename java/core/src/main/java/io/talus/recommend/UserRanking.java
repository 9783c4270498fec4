package io.talus.recommend;

import io.talus.data.Ratings;

/**
 * One user's share of {@link RankingMetrics}, whose Javadoc has the formulas.
 *
 * @param k the length that the list may have
 * @param relevant |T(u)|, at least 1
 * @param recommended R(u), best first
 * @param hit which of them are in T(u)
 * @param auc NaN where there is no pair to compare
 */
record UserRanking(int k, int relevant, int[] recommended, boolean[] hit, double auc) {

  int hits() {
    int hits = 0;
    for (boolean is : hit) {
      hits += is ? 1 : 0;
    }
    return hits;
  }

  double ndcg() {
    double gain = 0;
    for (int place = 0; place < hit.length; place++) {
      gain += hit[place] ? discount(place) : 0;
    }
    double best = 0;
    for (int place = 0; place < Math.min(k, relevant); place++) {
      best += discount(place);
    }
    return gain / best;
  }

  private static double discount(int place) {
    return Math.log(2) / Math.log(place + 2);
  }

  double averagePrecision() {
    double sum = 0;
    int hits = 0;
    for (int place = 0; place < hit.length; place++) {
      if (hit[place]) {
        sum += (double) ++hits / (place + 1);
      }
    }
    return sum / Math.min(k, relevant);
  }

  double reciprocalRank() {
    for (int place = 0; place < hit.length; place++) {
      if (hit[place]) {
        return 1.0 / (place + 1);
      }
    }
    return 0;
  }

  /** NaN for an empty list. */
  double novelty(Ratings train) {
    double sum = 0;
    for (int item : recommended) {
      double ratings = Math.max(1, train.byItem().size(item));
      sum -= Math.log(ratings / train.users()) / Math.log(2);
    }
    return sum / recommended.length;
  }
}
