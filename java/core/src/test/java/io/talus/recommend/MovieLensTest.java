package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.data.RatingsTitles;
import io.talus.op.SimilarityMeasure;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * On MovieLens 100K, where it is there; on one device, because {@link NeighborsTest} holds them to
 * agree.
 */
class MovieLensTest {
  private final Device device = Devices.best();

  private static Ratings read(String name) throws IOException {
    return RatingsReader.read(DataFolder.require("ml-100k/" + name));
  }

  /** The counts and the mean that its README and the data folder's state. */
  @Test
  void isReadWhole() throws IOException {
    Ratings ratings = read("u.data");
    assertEquals(943, ratings.users());
    assertEquals(1682, ratings.items());
    assertEquals(100_000, ratings.size());
    assertEquals(0, ratings.duplicates());
    assertEquals(3.52986, ratings.mean(), 1e-9);
    assertTrue(ratings.hasTimestamps());
  }

  @Test
  void starWarsIsNearItsSequels() throws IOException {
    Ratings ratings = read("u.data");
    Map<String, String> titles = RatingsTitles.read(DataFolder.require("ml-100k/u.item"));
    String starWars =
        titles.entrySet().stream()
            .filter(entry -> entry.getValue().equals("Star Wars (1977)"))
            .findFirst()
            .orElseThrow()
            .getKey();
    List<String> nearest =
        Knn.ofItems(SimilarityMeasure.COSINE, 20)
            .fit(device, ratings)
            .similarItems(starWars, 5)
            .stream()
            .map(item -> titles.get(item.id()))
            .toList();
    assertEquals("Return of the Jedi (1983)", nearest.get(0));
    assertTrue(nearest.contains("Empire Strikes Back, The (1980)"), nearest.toString());
  }

  /** Measured 0.950; the mean of all ratings reaches 1.154. */
  @Test
  void predictsTheFirstSplit() throws IOException {
    RatingsSplit split = RatingsSplit.join(read("u1.base"), read("u1.test"));
    KnnRecommender fitted = Knn.ofItems(SimilarityMeasure.COSINE, 50).fit(device, split.train());
    RatingMetrics metrics = RatingMetrics.of(fitted, split);
    assertEquals(20_000, metrics.count());
    assertTrue(metrics.rmse() < 0.96, metrics.toString());
    double mean = RatingMetrics.of(MeanPredictor.ofAll(split.train()), split).rmse();
    assertTrue(metrics.rmse() < 0.85 * mean, metrics + " against " + mean);
  }

  @Test
  void recommendationsBeatPopularity() throws IOException {
    RatingsSplit split = RatingsSplit.leaveOneOut(read("u.data"), 1);
    double popularity =
        RankingMetrics.of(new PopularityRecommender(split.train()), split, 10).hitRate();
    KnnRecommender fitted = Knn.ofItems(SimilarityMeasure.COSINE, 20).fit(device, split.train());
    double hitRate = RankingMetrics.of(fitted, split, 10).hitRate();
    assertTrue(hitRate > 1.5 * popularity, hitRate + " against " + popularity);
  }
}
