package io.talus.bench.table;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.recommend.Centering;
import io.talus.recommend.FoldResults;
import io.talus.recommend.Knn;
import io.talus.recommend.MeanPredictor;
import io.talus.recommend.RatingMetrics;
import io.talus.recommend.RatingSimilarity;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads MovieLens 100K and prints the mean RMSE of five folds: user-based, mean squared difference,
 * the 40 nearest who rated the item.
 */
public final class MovieLensFolds {
  private MovieLensFolds() {}

  public static void main(String[] arguments) throws IOException {
    Device device = Devices.require("cpu");
    Knn basic =
        Knn.ofUsers(RatingSimilarity.MEAN_SQUARED_DIFFERENCE, 40)
            .modelSize(Integer.MAX_VALUE)
            .centering(Centering.NONE);
    Ratings ratings = RatingsReader.read(Path.of(arguments[0]));
    FoldResults<RatingMetrics> results =
        FoldResults.of(
            RatingsSplit.folds(ratings, Folds.FIVE, 1),
            train -> basic.fit(device, train).orElse(MeanPredictor.ofAll(train)),
            RatingMetrics::of);
    System.out.println(results.mean(RatingMetrics::rmse));
  }
}
