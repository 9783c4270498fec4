package io.talus.recommend;

import io.talus.data.Ratings;

/**
 * What an {@link ImplicitFactorization} has learned. Immutable.
 *
 * <p>The score of an item that somebody has is x(u) . y(i): about 1 where the user is likely to
 * have it, about 0 where not. A user without counts has no score for any item.
 */
public final class ImplicitModel implements Recommender {
  private final Ratings ratings;
  private final Factors users;
  private final Factors items;

  ImplicitModel(Ratings ratings, Factors users, Factors items) {
    this.ratings = ratings;
    this.users = users;
    this.items = items;
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  Factors users() {
    return users;
  }

  Factors items() {
    return items;
  }

  /** How many factors each user and each item has. */
  public int factors() {
    return users.size();
  }

  @Override
  public void score(int user, double[] scores) {
    Indices.requireUser(ratings, user);
    boolean known = ratings.byUser().size(user) > 0;
    for (int item = 0; item < scores.length; item++) {
      boolean scored = known && ratings.byItem().size(item) > 0;
      scores[item] = scored ? users.dot(user, items, item) : Double.NaN;
    }
  }
}
