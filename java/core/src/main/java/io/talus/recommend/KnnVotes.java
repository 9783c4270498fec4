package io.talus.recommend;

import io.talus.data.Ratings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What the neighbours of one row have to say: about one column (a prediction), or altogether (their
 * say in a recommendation). {@link KnnRecommender} has the formulas.
 */
final class KnnVotes {
  private final Knn knn;
  private final Ratings ratings;
  private final Centers centers;

  KnnVotes(Knn knn, Ratings ratings, Centers centers) {
    this.knn = knn;
    this.ratings = ratings;
    this.centers = centers;
  }

  /**
   * Predicts; where there are too few neighbours, from the center alone.
   *
   * @param rated the ratings of the column
   * @param columnCenter the column's part of the center, {@code rowCenter} and {@code rowScale} the
   *     row's part and unit
   */
  Prediction predict(
      Neighbors neighbors,
      int row,
      ColumnRatings rated,
      double columnCenter,
      double rowCenter,
      double rowScale) {
    double weighted = 0;
    double weights = 0;
    int used = 0;
    int rank = next(neighbors, row, 0, rated);
    while (rank >= 0 && used < knn.k()) {
      double similarity = neighbors.similarity(row, rank);
      int other = neighbors.index(row, rank);
      double off = rated.of(other) - centers.rows()[other] - columnCenter;
      weighted += similarity * off / centers.scales()[other];
      weights += similarity;
      used++;
      rank = next(neighbors, row, rank + 1, rated);
    }
    double center = rowCenter + columnCenter;
    if (used >= knn.minNeighbors()) {
      double value = center + rowScale * weighted / weights;
      return new Prediction(inRange(value), used, Prediction.Lack.NOTHING);
    }
    boolean none = knn.centering() == Centering.NONE;
    double value = none ? Double.NaN : inRange(center);
    return new Prediction(value, 0, Prediction.Lack.TOO_FEW_NEIGHBORS);
  }

  /** The neighbours on which that prediction rests. */
  List<UsedNeighbor> explain(
      Neighbors neighbors, int row, ColumnRatings rated, IntFunction<String> ids) {
    List<UsedNeighbor> used = new ArrayList<>();
    int rank = next(neighbors, row, 0, rated);
    while (rank >= 0 && used.size() < knn.k()) {
      int other = neighbors.index(row, rank);
      double similarity = neighbors.similarity(row, rank);
      used.add(new UsedNeighbor(other, ids.apply(other), similarity, rated.of(other)));
      rank = next(neighbors, row, rank + 1, rated);
    }
    return used.size() < knn.minNeighbors() ? List.of() : List.copyOf(used);
  }

  /** The rank of the first neighbour from that rank on that has a say, or -1. */
  private static int next(Neighbors neighbors, int row, int from, ColumnRatings rated) {
    for (int rank = from; rank < neighbors.size(row); rank++) {
      if (!(neighbors.similarity(row, rank) > 0)) {
        return -1;
      }
      if (!Float.isNaN(rated.of(neighbors.index(row, rank)))) {
        return rank;
      }
    }
    return -1;
  }

  /**
   * How many of a row take part in recommendations: the first k, or all that columns have kept in
   * it, with a similarity above 0.
   *
   * @param recommending as {@link KnnRecommender#recommending} has them
   */
  int recommending(Neighbors recommending, int row) {
    int most = knn.topK() == TopK.PER_COLUMN ? Integer.MAX_VALUE : knn.k();
    int count = Math.min(most, recommending.size(row));
    while (count > 0 && !(recommending.similarity(row, count - 1) > 0)) {
      count--;
    }
    return count;
  }

  private double inRange(double value) {
    return Math.max(ratings.min(), Math.min(ratings.max(), value));
  }
}
