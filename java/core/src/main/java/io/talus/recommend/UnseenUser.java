package io.talus.recommend;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Someone who is not among the users, known by some ratings: what a {@link KnnRecommender} would
 * recommend and predict, without being fitted again. Made by {@link KnnRecommender#unseen}.
 */
public final class UnseenUser {
  private final KnnRecommender model;

  /** Ratings by items' indices, ascending. */
  private final TreeMap<Integer, Float> rated = new TreeMap<>();

  private final double columnCenter;

  UnseenUser(KnnRecommender model, Map<String, ? extends Number> ratings) {
    this.model = model;
    ratings.forEach(
        (id, rating) -> {
          if (!Float.isFinite(rating.floatValue())) {
            throw new IllegalArgumentException(
                "item '" + id + "': the rating " + rating + " is not finite");
          }
          rated.put(model.ratings().itemIndex(id), rating.floatValue());
        });
    this.columnCenter = model.centers().userCenter(rated);
  }

  /**
   * The n best items among those not rated; fewer when fewer have a score.
   *
   * @throws IllegalArgumentException when n is not positive
   */
  public List<Scored> recommend(int n) {
    double[] scores = new double[model.ratings().items()];
    Top top = new Top(n, scores.length);
    KnnScores sums = new KnnScores(model.votes(), model.neighbors(), scores);
    rated.forEach(sums::addNeighborsOf);
    for (int item = 0; item < scores.length; item++) {
      if (!Double.isNaN(scores[item]) && !rated.containsKey(item)) {
        top.offer(item, scores[item]);
      }
    }
    return top.take(model.ratings()::itemId);
  }

  /**
   * What that user would think of the item.
   *
   * @throws IllegalArgumentException when there is no such item
   */
  public Prediction predict(String item) {
    int row = model.ratings().itemIndex(item);
    ColumnRatings column = other -> rated.getOrDefault(other, Float.NaN);
    Centers centers = model.centers();
    return model
        .votes()
        .predict(
            model.neighbors(),
            row,
            column,
            columnCenter,
            centers.rows()[row],
            centers.scales()[row]);
  }
}
