package io.talus.recommend;

import io.talus.data.RatingsMatrix;
import java.util.Arrays;

/** Sums the scores of items. {@link KnnRecommender} has the formulas. */
final class KnnScores {
  private final KnnVotes votes;
  private final Neighbors neighbors;
  private final double[] scores;

  /**
   * @param neighbors of items, or of users
   * @param scores becomes NaN, which stands for no score
   */
  KnnScores(KnnVotes votes, Neighbors neighbors, double[] scores) {
    this.votes = votes;
    this.neighbors = neighbors;
    this.scores = scores;
    Arrays.fill(scores, Double.NaN);
  }

  /** The say of an item that the user rated: its neighbours' similarities times the rating. */
  void addNeighborsOf(int item, double rating) {
    int count = votes.recommending(neighbors, item);
    for (int rank = 0; rank < count; rank++) {
      add(neighbors.index(item, rank), neighbors.similarity(item, rank) * rating);
    }
  }

  /** The say of a user's neighbours: their ratings times their similarities. */
  void addRatingsOfNeighbors(int user, RatingsMatrix byUser) {
    int count = votes.recommending(neighbors, user);
    for (int rank = 0; rank < count; rank++) {
      int other = neighbors.index(user, rank);
      double similarity = neighbors.similarity(user, rank);
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
