package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import java.util.SortedMap;

/** Someone unseen, served by neighbours among the users: those of a row more. */
final class UnseenAmongUsers implements UnseenUser.Model {
  private final KnnRecommender model;

  /** Of the last row alone. */
  private final Neighbors neighbors;

  private final int row;
  private final double center;
  private final double scale;

  UnseenAmongUsers(Device device, KnnRecommender model, SortedMap<Integer, Float> rated) {
    this.model = model;
    this.row = model.ratings().users();
    this.center = model.centers().ofRow(rated);
    this.scale = model.centers().scaleOfRow(rated);
    long[][] lists = new long[row + 1][0];
    if (!rated.isEmpty()) {
      RatingSimilarity similarity = model.knn().similarity();
      RatingsMatrix weights = similarity.weighting().apply(with(model.ratings(), rated), true);
      int k = NeighborTiles.kept(weights, model.knn().modelSize());
      RowScores.of(
          device,
          weights,
          new int[] {row},
          similarity,
          Neighbors.availableBytes(device),
          (its, others, scores, count) ->
              lists[row] =
                  RowScores.nearest(similarity, k, weights.size(row), others, scores, count));
    }
    this.neighbors = Neighbors.of(model.knn().similarity().measure(), row + 1, lists);
  }

  /** The ratings and those of one more user. */
  private static Ratings with(Ratings ratings, SortedMap<Integer, Float> rated) {
    String id = "unseen";
    while (ratings.findUser(id) >= 0) {
      id += "'";
    }
    String name = id;
    RatingsBuilder more = Ratings.builder();
    rated.forEach(
        (item, rating) -> {
          if (ratings.hasTimestamps()) {
            more.add(name, ratings.itemId(item), rating, 0);
          } else {
            more.add(name, ratings.itemId(item), rating);
          }
        });
    return ratings.with(more.build());
  }

  @Override
  public void score(double[] scores) {
    RatingsMatrix byUser = model.ratings().byUser();
    new KnnScores(model.votes(), neighbors, scores).addRatingsOfNeighbors(row, byUser);
  }

  @Override
  public Prediction predict(int item) {
    ColumnRatings rated = ColumnRatings.searched(model.ratings().byItem(), item);
    double columnCenter = model.centers().columns()[item];
    return model.votes().predict(neighbors, row, rated, columnCenter, center, scale);
  }
}
