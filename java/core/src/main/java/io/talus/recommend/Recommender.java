package io.talus.recommend;

import io.talus.data.Ratings;
import java.util.List;

/** Ranks items that a user has not rated. */
public interface Recommender {
  /** What it learned from; its indices are those of {@link #recommend(int, int)}. */
  Ratings ratings();

  /**
   * The n best items among those that the user has not rated; fewer when fewer have a score.
   *
   * @return best first, ties to the smaller index
   * @throws IndexOutOfBoundsException when there is no such user
   * @throws IllegalArgumentException when n is not positive
   */
  List<ScoredItem> recommend(int user, int n);

  /**
   * The same, for a user by id.
   *
   * @throws IllegalArgumentException when there is no such user, or n is not positive
   */
  default List<ScoredItem> recommend(String user, int n) {
    return recommend(ratings().userIndex(user), n);
  }
}
