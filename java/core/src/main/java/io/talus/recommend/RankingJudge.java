package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;
import io.talus.op.Philox;
import java.util.Arrays;

/** Ranks the items that compete for one user after another. Not for several threads. */
final class RankingJudge {
  private static final int PURPOSE = 0x4E6A;

  private final Recommender recommender;
  private final RatingsSplit split;
  private final RankingProtocol protocol;

  /** The score of each item, NaN where it has none or does not compete. */
  private final double[] scores;

  private final boolean[] competes;
  private final boolean[] relevant;

  RankingJudge(Recommender recommender, RatingsSplit split, RankingProtocol protocol) {
    this.recommender = recommender;
    this.split = split;
    this.protocol = protocol;
    this.scores = new double[split.train().items()];
    this.competes = new boolean[scores.length];
    this.relevant = new boolean[scores.length];
  }

  /** Null when nothing is relevant to the user. */
  UserRanking judge(int user) {
    int relevantCount = prepare(user);
    if (relevantCount == 0) {
      return null;
    }
    recommender.score(user, scores);
    Top top = new Top(protocol.k(), scores.length);
    for (int item = 0; item < scores.length; item++) {
      if (competes[item] && !Double.isNaN(scores[item])) {
        top.offer(item, scores[item]);
      }
    }
    int[] best = new int[Math.min(protocol.k(), scores.length)];
    int length = top.take(best, new double[best.length], 0);
    int[] recommended = Arrays.copyOf(best, length);
    boolean[] hit = new boolean[length];
    for (int place = 0; place < length; place++) {
      hit[place] = relevant[recommended[place]];
    }
    return new UserRanking(protocol.k(), relevantCount, recommended, hit, auc(relevantCount));
  }

  /** Marks what competes and what is relevant; returns how many are. */
  private int prepare(int user) {
    RatingsMatrix train = split.train().byUser();
    RatingsMatrix test = split.test().byUser();
    Arrays.fill(competes, true);
    Arrays.fill(relevant, false);
    for (int place = train.start(user); place < train.end(user); place++) {
      competes[train.column(place)] = false;
    }
    int count = 0;
    for (int place = test.start(user); place < test.end(user); place++) {
      int item = test.column(place);
      if (competes[item] && protocol.isRelevant(test.value(place))) {
        relevant[item] = true;
        count++;
      }
    }
    if (protocol.samples() && count > 0) {
      sample(user);
    }
    return count;
  }

  /** Lets only some of what is not relevant compete: the first of a shuffle. */
  private void sample(int user) {
    int[] others = new int[scores.length];
    int size = 0;
    for (int item = 0; item < scores.length; item++) {
      if (competes[item] && !relevant[item]) {
        others[size++] = item;
        competes[item] = false;
      }
    }
    int[] block = new int[4];
    for (int i = 0; i < Math.min(size, protocol.negatives()); i++) {
      Philox.block(protocol.seed(), user, PURPOSE, i, block);
      long draw = (long) block[1] << 32 | Integer.toUnsignedLong(block[0]);
      int chosen = i + (int) Math.multiplyHigh(draw >>> 1, 2L * (size - i));
      competes[others[chosen]] = true;
      others[chosen] = others[i];
    }
  }

  /** Each other item meets the relevant ones, sorted, so the cost is n log |T|. */
  private double auc(int relevantCount) {
    double[] sorted = new double[relevantCount];
    int at = 0;
    for (int item = 0; item < scores.length; item++) {
      if (relevant[item]) {
        sorted[at++] = rank(item);
      }
    }
    Arrays.sort(sorted);
    double won = 0;
    long others = 0;
    for (int item = 0; item < scores.length; item++) {
      if (competes[item] && !relevant[item]) {
        others++;
        int below = below(sorted, rank(item), false);
        int upTo = below(sorted, rank(item), true);
        won += relevantCount - upTo + (upTo - below) / 2.0;
      }
    }
    return won / ((double) others * relevantCount);
  }

  /** The score, or less than any for none. */
  private double rank(int item) {
    double score = scores[item];
    return Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score + 0.0; // makes -0 a 0
  }

  /** How many are less than the value, or with {@code orEqual} not greater. */
  private static int below(double[] sorted, double value, boolean orEqual) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value || (orEqual && sorted[middle] == value)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
