package io.talus.bench;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.recommend.Baselines;
import io.talus.recommend.FoldResults;
import io.talus.recommend.MatrixFactorization;
import io.talus.recommend.NeuralFiltering;
import io.talus.recommend.NeuralRecommender;
import io.talus.recommend.RatingMetrics;
import io.talus.recommend.RatingPredictor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Errors of models that learn vectors of users and items: prints the table of {@code
 * bench/results/neural-recommender-DATE.md}, for MovieLens 100K. Arguments: its folder, and a seed
 * (1).
 */
public final class MovieLensTable {
  private final Device device = Devices.best();

  private MovieLensTable() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 2) {
      throw new IllegalArgumentException("arguments: folder of MovieLens 100K [seed]");
    }
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    new MovieLensTable().print(Path.of(arguments[0]), seed);
  }

  private static Ratings read(Path folder, String name) throws IOException {
    return RatingsReader.read(folder.resolve(name));
  }

  private void print(Path folder, long seed) throws IOException {
    RatingsSplit first = RatingsSplit.join(read(folder, "u1.base"), read(folder, "u1.test"));
    List<RatingsSplit> folds = RatingsSplit.folds(read(folder, "u.data"), Folds.FIVE, seed);
    System.out.println("seed " + seed + "; " + device);
    System.out.println("| method | u1: RMSE | MAE | five folds: RMSE | MAE | s a fold |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (Map.Entry<String, Function<Ratings, RatingPredictor>> method : methods(seed).entrySet()) {
      FoldResults<RatingMetrics> ofFirst = judged(List.of(first), method.getValue());
      long start = System.nanoTime();
      FoldResults<RatingMetrics> ofFolds = judged(folds, method.getValue());
      System.out.printf(
          Locale.ROOT,
          "| %s | %.4f | %.4f | %.4f | %.4f | %.1f |%n",
          method.getKey(),
          ofFirst.mean(RatingMetrics::rmse),
          ofFirst.mean(RatingMetrics::mae),
          ofFolds.mean(RatingMetrics::rmse),
          ofFolds.mean(RatingMetrics::mae),
          (System.nanoTime() - start) / 1e9 / folds.size());
    }
  }

  private static FoldResults<RatingMetrics> judged(
      List<RatingsSplit> splits, Function<Ratings, RatingPredictor> recipe) {
    return FoldResults.of(splits, recipe, MovieLensTable::judge);
  }

  private static RatingMetrics judge(RatingPredictor model, RatingsSplit split) {
    RatingMetrics metrics = RatingMetrics.of(model, split);
    if (model instanceof NeuralRecommender neural) {
      neural.close();
    }
    return metrics;
  }

  private Map<String, Function<Ratings, RatingPredictor>> methods(long seed) {
    Map<String, Function<Ratings, RatingPredictor>> methods = new LinkedHashMap<>();
    methods.put("baselines", Baselines::fit);
    methods.put("factorization", MatrixFactorization.DEFAULT.seed(seed)::fit);
    NeuralFiltering neural = NeuralFiltering.DEFAULT.seed(seed);
    methods.put("neural", train -> neural.fit(device, train));
    return methods;
  }
}
