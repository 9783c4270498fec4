package io.talus.recommend;

import io.talus.data.Ratings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Someone who is not among the users, known by some ratings: what a model would recommend and
 * predict, without being fitted again. Made by the {@code unseen} of {@link KnnRecommender}, {@link
 * FactorizationModel} and {@link ImplicitModel}. Immutable.
 */
public final class UnseenUser {
  private final Ratings ratings;
  private final SortedMap<Integer, Float> rated;
  private final Model model;

  /** What a model has to say about one user. */
  interface Model {
    /** As {@link Recommender#score}. */
    void score(double[] scores);

    /** As {@link RatingPredictor#predict(int, int)}. */
    Prediction predict(int item);
  }

  /**
   * @param ratings what the model learned from
   * @param rated as {@link #rated} makes it
   */
  UnseenUser(Ratings ratings, SortedMap<Integer, Float> rated, Model model) {
    this.ratings = ratings;
    this.rated = rated;
    this.model = model;
  }

  /**
   * Ratings by the items' indices, ascending.
   *
   * @throws IllegalArgumentException when there is no such item or a rating is not finite
   */
  static SortedMap<Integer, Float> rated(Ratings ratings, Map<String, ? extends Number> byId) {
    SortedMap<Integer, Float> rated = new TreeMap<>();
    byId.forEach(
        (id, rating) -> {
          if (!Float.isFinite(rating.floatValue())) {
            throw new IllegalArgumentException(
                "item '" + id + "': the rating " + rating + " is not finite");
          }
          rated.put(ratings.itemIndex(id), rating.floatValue());
        });
    return Collections.unmodifiableSortedMap(rated);
  }

  /** As {@link #recommend(int, Seen)}, without items that were rated. */
  public List<Scored> recommend(int n) {
    return recommend(n, Seen.EXCLUDED);
  }

  /**
   * The n best items, with or without those that were rated; fewer when fewer have a score.
   *
   * @return best first, ties to the smaller index
   * @throws IllegalArgumentException when n is not positive
   */
  public List<Scored> recommend(int n, Seen seen) {
    double[] scores = new double[ratings.items()];
    Top top = new Top(n, scores.length);
    model.score(scores);
    for (int item = 0; item < scores.length; item++) {
      boolean wanted = seen == Seen.INCLUDED || !rated.containsKey(item);
      if (wanted && !Double.isNaN(scores[item])) {
        top.offer(item, scores[item]);
      }
    }
    return top.take(ratings::itemId);
  }

  /**
   * What that user would think of the item.
   *
   * @throws IllegalArgumentException when there is no such item
   * @throws IllegalStateException when the model learned from counts and predicts no ratings
   */
  public Prediction predict(String item) {
    int index = ratings.itemIndex(item);
    Prediction prediction = model.predict(index);
    return new Prediction(
        prediction.value(), prediction.neighbors(), lack(index, prediction.lack()));
  }

  private Prediction.Lack lack(int item, Prediction.Lack ofModel) {
    if (rated.isEmpty()) {
      return Prediction.Lack.USER_WITHOUT_RATINGS;
    }
    return ratings.byItem().size(item) == 0 ? Prediction.Lack.ITEM_WITHOUT_RATINGS : ofModel;
  }
}
