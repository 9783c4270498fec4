package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import java.util.Arrays;

/** Sums the scores of items. {@link KnnRecommender} has the formulas. */
final class KnnScores {
  private final KnnVotes votes;
  private final Neighbors recommending;
  private final double[] scores;

  /**
   * @param recommending as {@link KnnRecommender#recommending} has them
   * @param scores becomes NaN, which stands for no score
   */
  KnnScores(KnnVotes votes, Neighbors recommending, double[] scores) {
    this.votes = votes;
    this.recommending = recommending;
    this.scores = scores;
    Arrays.fill(scores, Double.NaN);
  }

  /** The say of an item that the user rated: its similarities to others times the rating. */
  void addNeighborsOf(int item, double rating) {
    int count = votes.recommending(recommending, item);
    for (int rank = 0; rank < count; rank++) {
      add(recommending.index(item, rank), recommending.similarity(item, rank) * rating);
    }
  }

  /** The say of users to whom the user is similar: their ratings times the similarities. */
  void addRatingsOfNeighbors(int user, RatingsMatrix byUser) {
    int count = votes.recommending(recommending, user);
    for (int rank = 0; rank < count; rank++) {
      int other = recommending.index(user, rank);
      double similarity = recommending.similarity(user, rank);
      for (int place = byUser.start(other); place < byUser.end(other); place++) {
        add(byUser.column(place), similarity * byUser.value(place));
      }
    }
  }

  private void add(int item, double what) {
    double before = scores[item];
    scores[item] = Double.isNaN(before) ? what : before + what;
  }
}
