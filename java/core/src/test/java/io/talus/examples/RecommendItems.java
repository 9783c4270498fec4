package io.talus.examples;

import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.op.SimilarityMeasure;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import java.io.IOException;
import java.nio.file.Path;

/** Item-based recommendation from a ratings file: {@code RecommendItems FILE USER}. */
final class RecommendItems {
  private RecommendItems() {}

  public static void main(String[] arguments) throws IOException {
    Ratings ratings = RatingsReader.read(Path.of(arguments[0]));
    KnnRecommender recommender =
        Knn.ofItems(SimilarityMeasure.COSINE, 50).fit(Devices.best(), ratings);
    recommender
        .recommend(arguments[1], 10)
        .forEach(item -> System.out.printf("%-12s %8.3f%n", item.id(), item.score()));
  }
}
