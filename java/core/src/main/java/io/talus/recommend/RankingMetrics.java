package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well a recommender ranks what users rated in the held-out part of a split.
 *
 * <p>For a user u, C(u) are the items that compete: all that u has not rated in the training part
 * (of those not in T(u) only a sample, where the {@link RankingProtocol} says so). T(u), the
 * relevant ones, are those of C(u) that u rated in the held-out part (high enough, where the
 * protocol says so). The recommender's scores rank C(u): larger first, ties to the smaller index;
 * R(u) are the first k with a score. U are the users with T(u) not empty. rel(u, r) is 1 when there
 * is an item at rank r (from 1) of R(u) and it is in T(u), else 0, so a list shorter than k counts
 * as if the rest of it were misses. Then, as means over U,
 *
 * <pre>
 *   hitRate   = mean of [1 when rel(u, r) is 1 for some r, else 0]
 *   precision = mean of |R(u) and T(u)| / k
 *   recall    = mean of |R(u) and T(u)| / |T(u)|
 *   ndcg      = mean of sum over r = 1..k of rel(u, r) / log2(r + 1)
 *                     / sum over r = 1..min(k, |T(u)|) of 1 / log2(r + 1)
 *   map       = mean of sum over r = 1..k of rel(u, r) (sum over q = 1..r of rel(u, q)) / r
 *                     / min(k, |T(u)|)
 *   mrr       = mean of 1 / (the least r with rel(u, r) = 1), 0 when there is none
 * </pre>
 *
 * AUC looks at whole rankings: the share of pairs (t, c), t in T(u) and c in C(u) but not in T(u),
 * in which t has the larger score, equal scores counting half and items without a score as equal
 * and below all others; its mean is over the users of U that have such a pair.
 *
 * <pre>
 *   coverage = |items in R(u) for some u of U| / |all items|
 *   novelty  = mean over the users of U with R(u) not empty of the mean over i in R(u) of
 *              -log2(max(1, training ratings of i) / users)
 * </pre>
 *
 * <p>With one item held out of each user, hit rate and recall are the same. A mean over nothing is
 * NaN.
 *
 * <p>Sources: Jarvelin, Kekalainen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS
 * 20(4), 2002 (ndcg, with gains of 0 and 1); Rendle et al., "BPR", UAI 2009 (AUC); Zhou et al.,
 * "Solving the apparent diversity-accuracy dilemma of recommender systems", PNAS 107(10), 2010
 * (novelty, their self-information).
 *
 * @param k the length of the lists
 * @param users the number of users in U
 */
public record RankingMetrics(
    int k,
    int users,
    double hitRate,
    double precision,
    double recall,
    double ndcg,
    double map,
    double mrr,
    double auc,
    double coverage,
    double novelty) {

  /** Users that one task ranks, with one array of scores. */
  private static final int TILE = 32;

  /** As the other, {@code RankingProtocol.top(k)}. */
  public static RankingMetrics of(Recommender recommender, RatingsSplit split, int k) {
    return of(recommender, split, RankingProtocol.top(k));
  }

  /**
   * Ranks for each user of the held-out part, on every core.
   *
   * @throws IllegalArgumentException when the recommender did not learn from {@code split.train()},
   *     or k is not positive
   */
  public static RankingMetrics of(
      Recommender recommender, RatingsSplit split, RankingProtocol protocol) {
    if (recommender.ratings() != split.train()) {
      throw new IllegalArgumentException(
          "the recommender learned from " + recommender.ratings() + ", not from split.train()");
    }
    int users = split.test().users();
    UserRanking[] rankings = new UserRanking[users];
    IntStream.range(0, (users + TILE - 1) / TILE)
        .parallel()
        .forEach(
            tile -> {
              RankingJudge judge = new RankingJudge(recommender, split, protocol);
              for (int user = tile * TILE; user < Math.min(users, (tile + 1) * TILE); user++) {
                rankings[user] = judge.judge(user);
              }
            });
    return mean(rankings, split.train(), protocol.k());
  }

  private static RankingMetrics mean(UserRanking[] rankings, Ratings train, int k) {
    UserRanking[] judged =
        Arrays.stream(rankings).filter(ranking -> ranking != null).toArray(UserRanking[]::new);
    BitSet covered = new BitSet();
    for (UserRanking ranking : judged) {
      Arrays.stream(ranking.recommended()).forEach(covered::set);
    }
    return new RankingMetrics(
        k,
        judged.length,
        mean(judged, ranking -> ranking.hits() > 0 ? 1 : 0),
        mean(judged, ranking -> (double) ranking.hits() / k),
        mean(judged, ranking -> (double) ranking.hits() / ranking.relevant()),
        mean(judged, UserRanking::ndcg),
        mean(judged, UserRanking::averagePrecision),
        mean(judged, UserRanking::reciprocalRank),
        mean(judged, UserRanking::auc),
        judged.length == 0 ? Double.NaN : (double) covered.cardinality() / train.items(),
        mean(judged, ranking -> ranking.novelty(train)));
  }

  /** Over the users for whom there is a value; in their order, so with the same bits every time. */
  private static double mean(UserRanking[] rankings, ToDoubleFunction<UserRanking> metric) {
    double sum = 0;
    int count = 0;
    for (UserRanking ranking : rankings) {
      double value = metric.applyAsDouble(ranking);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return sum / count;
  }
}
