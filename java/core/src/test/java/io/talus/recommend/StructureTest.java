package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import io.talus.op.SimilarityMeasure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a generator put in must come out. */
class StructureTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final long SEED = 20;
  private static final int NEAREST = 5;

  private final SyntheticRatings.Clustered drawn =
      SyntheticRatings.clustered(600, 200, 8, 25, SEED);

  @ParameterizedTest
  @MethodSource(DEVICES)
  void theNearestItemsAreOfTheSameCluster(Device device) {
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Neighbors found = Neighbors.find(device, drawn.ratings().byItem(), measure, NEAREST);
      int same = 0;
      int all = 0;
      for (int item = 0; item < found.rows(); item++) {
        for (int rank = 0; rank < found.size(item); rank++) {
          int other = found.index(item, rank);
          same += drawn.itemCluster()[item] == drawn.itemCluster()[other] ? 1 : 0;
          all++;
        }
      }
      // By chance 1 in 8. Distance favours items with few ratings, of whatever cluster.
      double rate = measure == SimilarityMeasure.EUCLIDEAN ? 0.75 : 0.98;
      assertTrue(same >= rate * all, measure + ": " + same + " of " + all + ", seed " + SEED);
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void recommendationsBeatPopularity(Device device) {
    RatingsSplit split = RatingsSplit.leaveOneOut(drawn.ratings(), SEED);
    double popularity =
        RankingMetrics.of(new PopularityRecommender(split.train()), split, 10).hitRate();
    KnnRecommender fitted = Knn.ofItems(SimilarityMeasure.COSINE, 20).fit(device, split.train());
    double hitRate = RankingMetrics.of(fitted, split, 10).hitRate();
    assertTrue(hitRate > 2 * popularity, hitRate + " against " + popularity + ", seed " + SEED);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void predictionsBeatTheMean(Device device) {
    RatingsSplit split = RatingsSplit.random(drawn.ratings(), 0.1, SEED);
    RatingMetrics mean = RatingMetrics.of(MeanPredictor.ofAll(split.train()), split);
    KnnRecommender fitted = Knn.ofItems(SimilarityMeasure.COSINE, 40).fit(device, split.train());
    RatingMetrics metrics = RatingMetrics.of(fitted, split);
    assertTrue(
        metrics.rmse() < 0.95 * mean.rmse(), metrics + " against " + mean + ", seed " + SEED);
  }
}
