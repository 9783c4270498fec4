package io.talus.examples;

import io.talus.Devices;
import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import io.talus.recommend.FoldResults;
import io.talus.recommend.Knn;
import io.talus.recommend.RatingMetrics;
import java.io.IOException;
import java.nio.file.Path;

/** How well ratings from a file are predicted, over five folds: {@code EvaluateRatings FILE}. */
final class EvaluateRatings {
  private EvaluateRatings() {}

  public static void main(String[] arguments) throws IOException {
    Ratings ratings = RatingsReader.read(Path.of(arguments[0]));
    FoldResults<RatingMetrics> results =
        FoldResults.of(
            RatingsSplit.folds(ratings, Folds.FIVE, 1),
            train -> Knn.ofItems(SimilarityMeasure.COSINE, 50).fit(Devices.best(), train),
            RatingMetrics::of);
    System.out.printf("RMSE %.3f%n", results.mean(RatingMetrics::rmse));
  }
}
