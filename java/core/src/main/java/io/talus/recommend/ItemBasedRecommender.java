package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.op.SimilarityMeasure;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recommends items similar to those that a user rated. Immutable once fitted.
 *
 * <p>Let N(i) be the {@link Neighbors} of item i at a similarity s above 0 (at most k), I(u) the
 * items that user u rated, r(u, i) the ratings and m(i) the mean rating of item i.
 *
 * <p><b>Prediction.</b> Over the items j of N(i) that are in I(u),
 *
 * <pre>
 *   NONE:       p(u, i) =        sum of s(i, j) r(u, j)          / sum of s(i, j)
 *   ITEM_MEAN:  p(u, i) = m(i) + sum of s(i, j) (r(u, j) - m(j)) / sum of s(i, j)
 * </pre>
 *
 * cut to the range of the ratings. Where no neighbour is rated: m(i), or the mean of all ratings
 * when nobody rated i. Source: Sarwar, Karypis, Konstan, Riedl, "Item-based collaborative filtering
 * recommendation algorithms", WWW 2001, section 3.2.1.
 *
 * <p><b>Recommendation.</b> The score of an item i not in I(u) is
 *
 * <pre>
 *   score(u, i) = sum of s(j, i) r(u, j) over the items j of I(u) with i in N(j)
 * </pre>
 *
 * It ranks items and is no rating. Items that are nobody's neighbour have none. Source: Deshpande,
 * Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004.
 *
 * <p>Sums are in double precision and in a fixed order, so that the same neighbours give the same
 * bits.
 */
public final class ItemBasedRecommender implements Recommender, RatingPredictor {
  private final Ratings ratings;
  private final Neighbors neighbors;
  private final Centering centering;
  private final double[] itemMeans;

  private ItemBasedRecommender(Ratings ratings, Neighbors neighbors, Centering centering) {
    this.ratings = ratings;
    this.neighbors = neighbors;
    this.centering = centering;
    this.itemMeans = new double[ratings.items()];
    for (int item = 0; item < itemMeans.length; item++) {
      boolean rated = ratings.byItem().size(item) > 0;
      itemMeans[item] = rated ? ratings.byItem().mean(item) : ratings.mean();
    }
  }

  /** As the other, predicting with {@link Centering#ITEM_MEAN}. */
  public static ItemBasedRecommender fit(
      Device device, Ratings ratings, SimilarityMeasure measure, int k) {
    return fit(device, ratings, measure, k, Centering.ITEM_MEAN);
  }

  /**
   * Finds the neighbours of every item.
   *
   * @param device where they are computed; nothing is kept there
   * @param k the most neighbours of an item; more than there are other items means all of them
   * @throws IllegalArgumentException when there is no rating or k is not positive
   */
  public static ItemBasedRecommender fit(
      Device device, Ratings ratings, SimilarityMeasure measure, int k, Centering centering) {
    return new ItemBasedRecommender(
        ratings, Neighbors.find(device, ratings.byItem(), measure, k), centering);
  }

  @Override
  public Ratings ratings() {
    return ratings;
  }

  /** The neighbours of every item. */
  public Neighbors neighbors() {
    return neighbors;
  }

  @Override
  public Prediction predict(int user, int item) {
    requireUser(user);
    requireItem(item);
    RatingsMatrix byUser = ratings.byUser();
    double weighted = 0;
    double weights = 0;
    int used = 0;
    for (int rank = 0; rank < neighbors.size(item); rank++) {
      double similarity = neighbors.similarity(item, rank);
      int other = neighbors.index(item, rank);
      int place = similarity > 0 ? byUser.find(user, other) : -1;
      if (place >= 0) {
        weighted += similarity * (byUser.value(place) - center(other));
        weights += similarity;
        used++;
      }
    }
    double value = used == 0 ? itemMeans[item] : center(item) + weighted / weights;
    return new Prediction(Math.max(ratings.min(), Math.min(ratings.max(), value)), used);
  }

  private double center(int item) {
    return centering == Centering.ITEM_MEAN ? itemMeans[item] : 0;
  }

  @Override
  public List<ScoredItem> recommend(int user, int n) {
    requireUser(user);
    RatingsMatrix byUser = ratings.byUser();
    Scores scores = new Scores();
    for (int place = byUser.start(user); place < byUser.end(user); place++) {
      scores.add(byUser.column(place), byUser.value(place));
    }
    return scores.best(n);
  }

  /**
   * Recommends to someone who is not among the users.
   *
   * @param rated ratings by the items' ids
   * @throws IllegalArgumentException when there is no such item, a rating is not finite, or n is
   *     not positive
   */
  public List<ScoredItem> recommend(Map<String, ? extends Number> rated, int n) {
    Map<Integer, Float> byIndex = new TreeMap<>();
    rated.forEach(
        (id, rating) -> {
          if (!Float.isFinite(rating.floatValue())) {
            throw new IllegalArgumentException(
                "item '" + id + "': the rating " + rating + " is not finite");
          }
          byIndex.put(ratings.itemIndex(id), rating.floatValue());
        });
    Scores scores = new Scores();
    byIndex.forEach(scores::add);
    return scores.best(n);
  }

  /**
   * The n items most similar to one item, with their similarities; at most as many as it has
   * neighbours.
   *
   * @throws IllegalArgumentException when there is no such item, or n is not positive
   */
  public List<ScoredItem> similarItems(String item, int n) {
    return similarItems(ratings.itemIndex(item), n);
  }

  /**
   * The same for an item by index.
   *
   * @throws IndexOutOfBoundsException when there is no such item
   * @throws IllegalArgumentException when n is not positive
   */
  public List<ScoredItem> similarItems(int item, int n) {
    requireItem(item);
    TopItems top = new TopItems(n, neighbors.size(item));
    for (int rank = 0; rank < Math.min(n, neighbors.size(item)); rank++) {
      top.offer(neighbors.index(item, rank), neighbors.similarity(item, rank));
    }
    return top.take(ratings);
  }

  private void requireUser(int user) {
    if (user < 0 || user >= ratings.users()) {
      throw new IndexOutOfBoundsException("user " + user + " of " + ratings.users() + " users");
    }
  }

  private void requireItem(int item) {
    if (item < 0 || item >= ratings.items()) {
      throw new IndexOutOfBoundsException("item " + item + " of " + ratings.items() + " items");
    }
  }

  /** The scores of all items for one user. */
  private final class Scores {
    private final double[] sums = new double[ratings.items()];
    private final boolean[] scored = new boolean[ratings.items()];
    private final boolean[] rated = new boolean[ratings.items()];

    void add(int item, float rating) {
      rated[item] = true;
      for (int rank = 0; rank < neighbors.size(item); rank++) {
        double similarity = neighbors.similarity(item, rank);
        if (similarity > 0) {
          int other = neighbors.index(item, rank);
          sums[other] += similarity * rating;
          scored[other] = true;
        }
      }
    }

    List<ScoredItem> best(int n) {
      TopItems top = new TopItems(n, sums.length);
      for (int item = 0; item < sums.length; item++) {
        if (scored[item] && !rated[item]) {
          top.offer(item, sums[item]);
        }
      }
      return top.take(ratings);
    }
  }
}
