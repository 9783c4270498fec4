package io.talus.bench.peers;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.mahout.cf.taste.common.TasteException;
import org.apache.mahout.cf.taste.impl.common.FastByIDMap;
import org.apache.mahout.cf.taste.impl.model.GenericDataModel;
import org.apache.mahout.cf.taste.impl.model.GenericUserPreferenceArray;
import org.apache.mahout.cf.taste.impl.recommender.GenericItemBasedRecommender;
import org.apache.mahout.cf.taste.impl.similarity.PearsonCorrelationSimilarity;
import org.apache.mahout.cf.taste.impl.similarity.UncenteredCosineSimilarity;
import org.apache.mahout.cf.taste.model.DataModel;
import org.apache.mahout.cf.taste.model.PreferenceArray;
import org.apache.mahout.cf.taste.recommender.ItemBasedRecommender;
import org.apache.mahout.cf.taste.recommender.RecommendedItem;
import org.apache.mahout.cf.taste.similarity.ItemSimilarity;

/**
 * Apache Mahout Taste, on every core: the most similar items of each, as its own batch computes
 * them, or its similarities of each item with all, and nothing made of them. Every {@link #STEP}th
 * item is timed, and the time is taken as often; ranks of popularity are dealt to items at random.
 */
final class MahoutLikeness implements Measured {
  static final int STEP = 16;

  private final Ratings ratings = Likeness.ratings();
  private final long[] all = LongStream.range(0, ratings.items()).toArray();
  private final ItemSimilarity similarity;
  private final ItemBasedRecommender recommender;
  private final boolean alone;

  /**
   * @param alone whether similarities alone are timed
   */
  MahoutLikeness(Likeness likeness, boolean alone) {
    this.alone = alone;
    try {
      DataModel model = new GenericDataModel(byUser(ratings.byUser()));
      similarity =
          likeness == Likeness.COSINE
              ? new UncenteredCosineSimilarity(model)
              : new PearsonCorrelationSimilarity(model);
      recommender = new GenericItemBasedRecommender(model, similarity);
    } catch (TasteException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static FastByIDMap<PreferenceArray> byUser(RatingsMatrix ratings) {
    FastByIDMap<PreferenceArray> users = new FastByIDMap<>();
    for (int user = 0; user < ratings.rows(); user++) {
      PreferenceArray its = new GenericUserPreferenceArray(ratings.size(user));
      for (int i = 0; i < ratings.size(user); i++) {
        its.setUserID(i, user);
        its.setItemID(i, ratings.column(ratings.start(user) + i));
        its.setValue(i, ratings.value(ratings.start(user) + i));
      }
      users.put(user, its);
    }
    return users;
  }

  private void run(int item) {
    try {
      if (alone) {
        similarity.itemSimilarities(item, all);
      } else {
        recommender.mostSimilarItems(item, Likeness.K);
      }
    } catch (TasteException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private List<RecommendedItem> similar(int item) {
    try {
      return recommender.mostSimilarItems(item, Likeness.K);
    } catch (TasteException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public double[] evidence() {
    seconds();
    return IntStream.of(Likeness.compared(ratings))
        .boxed()
        .flatMap(item -> similar(item).stream())
        .mapToDouble(RecommendedItem::getValue)
        .toArray();
  }

  @Override
  public double seconds() {
    int[] timed = IntStream.range(0, ratings.items()).filter(item -> item % STEP == 0).toArray();
    long start = System.nanoTime();
    IntStream.of(timed).parallel().forEach(this::run);
    return (System.nanoTime() - start) * 1e-9 * ratings.items() / timed.length;
  }
}
