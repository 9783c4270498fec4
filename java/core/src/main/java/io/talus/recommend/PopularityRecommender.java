package io.talus.recommend;

import io.talus.data.Ratings;

/**
 * Recommends what most people rated, to everyone alike: the baseline that any other must beat.
 *
 * <p>The score of an item is its number of ratings; items without any have none.
 */
public final class PopularityRecommender implements Recommender {
  private final Ratings ratings;

  public PopularityRecommender(Ratings ratings) {
    this.ratings = ratings;
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    for (int item = 0; item < scores.length; item++) {
      int count = ratings.byItem().size(item);
      scores[item] = count > 0 ? count : Double.NaN;
    }
  }
}
