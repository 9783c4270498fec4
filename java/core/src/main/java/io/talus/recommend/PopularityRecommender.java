package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.List;

/**
 * Recommends what most people rated, to everyone alike: the baseline that any other must beat.
 *
 * <p>The score of an item is its number of ratings; items without any are not recommended.
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
  public List<ScoredItem> recommend(int user, int n) {
    RatingsMatrix byItem = ratings.byItem();
    TopItems top = new TopItems(n, ratings.items());
    for (int item = 0; item < ratings.items(); item++) {
      if (byItem.size(item) > 0 && ratings.byUser().find(user, item) < 0) {
        top.offer(item, byItem.size(item));
      }
    }
    return top.take(ratings);
  }
}
