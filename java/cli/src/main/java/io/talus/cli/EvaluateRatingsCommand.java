package io.talus.cli;

import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.recommend.Baselines;
import io.talus.recommend.FoldResults;
import io.talus.recommend.MatrixFactorization;
import io.talus.recommend.MeanPredictor;
import io.talus.recommend.RatingMetrics;
import io.talus.recommend.RatingPredictor;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How far predictions are from ratings that were held out. */
@Command(
    name = "evaluate-ratings",
    description =
        "Predicts held-out ratings in five folds by a mean, by baselines, by neighbours among items"
            + " and by matrix factorization, and prints how far off each is.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateRatingsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NeighborOptions options;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Where all randomness begins. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Override
  public Integer call() throws IOException {
    PrintWriter terminal = spec.commandLine().getOut();
    Ratings ratings = options.read();
    terminal.println(ratings);
    terminal.printf("%-40s %8s %8s %8s %9s%n", "five folds", "RMSE", "+-", "MAE", "fallbacks");
    terminal.flush();
    for (Map.Entry<String, Function<Ratings, RatingPredictor>> method : methods().entrySet()) {
      FoldResults<RatingMetrics> results =
          FoldResults.of(
              RatingsSplit.folds(ratings, Folds.FIVE, seed), method.getValue(), RatingMetrics::of);
      terminal.printf(
          Locale.ROOT,
          "%-40s %8.4f %8.4f %8.4f %9.0f%n",
          method.getKey(),
          results.mean(RatingMetrics::rmse),
          results.deviation(RatingMetrics::rmse),
          results.mean(RatingMetrics::mae),
          5 * results.mean(RatingMetrics::fallbacks));
      terminal.flush();
    }
    return 0;
  }

  private Map<String, Function<Ratings, RatingPredictor>> methods() {
    Map<String, Function<Ratings, RatingPredictor>> methods = new LinkedHashMap<>();
    methods.put("mean of all", MeanPredictor::ofAll);
    methods.put("baselines", Baselines::fit);
    methods.put("neighbours: " + options.similarityName(), options::fit);
    methods.put("matrix factorization", MatrixFactorization.DEFAULT.seed(seed)::fit);
    return methods;
  }
}
