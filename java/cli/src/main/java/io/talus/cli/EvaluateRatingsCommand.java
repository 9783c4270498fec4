package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.recommend.FactorizationListener;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.NeighborListener;
import io.talus.recommend.RankingProtocol;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How far predictions are from ratings that were held out, and how well those items rank. */
@Command(
    name = "evaluate-ratings",
    description =
        "Holds ratings out and lets methods predict them and rank their items, side by side: means"
            + " over the folds, and deviations between them.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class EvaluateRatingsCommand implements Callable<Integer> {
  private static final String OF_STARS =
      "mean,baselines,popularity,item-knn:none,item-knn:mean,item-knn:z-score,item-knn:baseline,"
          + "user-knn:mean,factorization";
  private static final String OF_COUNTS = "popularity,item-knn,user-knn,implicit";

  @Spec private CommandSpec spec;
  @Mixin private RatingsInput ratingsInput;

  @Option(
      names = "--methods",
      paramLabel = "LIST",
      description =
          "Between commas: mean, user-mean, item-mean, baselines, popularity, item-knn, user-knn,"
              + " factorization, implicit; neighbours also with a centering, as in"
              + " item-knn:z-score. Default: "
              + OF_STARS
              + "; with --counts: "
              + OF_COUNTS
              + ".")
  private String methodNames;

  @Mixin private SplitOptions split;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "10",
      description =
          "How many of the first items of a ranking are judged. Default: ${DEFAULT-VALUE}.")
  private int top;

  @Option(
      names = "--relevant-from",
      paramLabel = "RATING",
      description = "Only held-out items with at least that rating should rank high. Default: all.")
  private Float relevantFrom;

  @Option(
      names = "--negatives",
      paramLabel = "N",
      description =
          "Lets them compete with N drawn items alone, as some published figures do. Default: all.")
  private Integer negatives;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Writes each metric of each method and fold.")
  private Path csv;

  @Mixin private ResultFiles results;
  @Mixin private MethodOptions options;

  @Override
  public Integer call() throws IOException {
    results.requireFolders();
    TextFile.requireFolder(csv);
    PrintWriter terminal = spec.commandLine().getOut();
    List<RecommendingMethod> methods = methods();
    RankingProtocol protocol = protocol();
    Titles titles = ratingsInput.titles();
    Ratings ratings = ratingsInput.read();
    List<RatingsSplit> splits = split.of(ratings, options.seed());
    RatingsEvaluation evaluation =
        new RatingsEvaluation(options, methods, protocol, !ratingsInput.areCounts());
    int steps = splits.size() * methods.size();
    try (Progress progress = Progress.on(terminal, split.describe(), steps, "judgements")) {
      evaluation.run(splits, progress);
    }
    if (methods.stream().anyMatch(method -> method.kind().isKnn())) {
      terminal.printf("%nNeighbours: %s%n", options.neighbors());
    }
    for (MetricTable<?> table : evaluation.tables()) {
      terminal.printf("%n%s", table.text());
    }
    terminal.flush();
    if (csv != null) {
      write(evaluation.tables());
      terminal.printf("%nWritten to %s%n", csv);
      terminal.flush();
    }
    if (results.isReportWanted()) {
      results.writeReport(
          "Talus evaluate-ratings", options.device(), report(ratings, titles, evaluation));
    }
    results.writeJson(json(evaluation));
    results.tell(terminal);
    return 0;
  }

  private Map<String, Object> json(RatingsEvaluation evaluation) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("ratings", ratingsInput.name());
    values.put("split", split.describe());
    values.put("neighbors", options.neighbors());
    values.put("tables", evaluation.tables().stream().map(MetricTable::json).toList());
    return values;
  }

  private List<RecommendingMethod> methods() {
    String usual = ratingsInput.areCounts() ? OF_COUNTS : OF_STARS;
    return RecommendingMethod.list("--methods", methodNames == null ? usual : methodNames);
  }

  private RankingProtocol protocol() {
    RankingProtocol protocol = RankingProtocol.top(top);
    protocol =
        relevantFrom == null ? protocol : protocol.relevantFrom(ratingsInput.taken(relevantFrom));
    return negatives == null ? protocol : protocol.sampledNegatives(negatives, options.seed());
  }

  private RatingsReport report(Ratings ratings, Titles titles, RatingsEvaluation evaluation) {
    KnnRecommender items = options.knn(false).fit(options.device(), ratings);
    RatingsReport told =
        new RatingsReport("Recommending from " + ratingsInput.name(), ratings, titles)
            .spread(ratingsInput.unit())
            .fact("neighbours", options.neighbors())
            .tables(split.describe(), evaluation.tables())
            .heatMap(options.device(), items.knn().similarity())
            .similarToMostRated(items, "");
    String best = evaluation.ofRankings().best(Metric.NDCG);
    if (best != null) {
      RecommendingMethod method = RecommendingMethod.of("--methods", best);
      FittedMethod fitted =
          options.fit(method, ratings, FactorizationListener.NONE, NeighborListener.NONE);
      told.recommendedToFirst(best + ", which has the best nDCG", fitted.recommender());
    }
    return told;
  }

  private void write(List<MetricTable<?>> tables) throws IOException {
    Csv.write(
        csv,
        file -> {
          file.line("judged", "method", "fold", "metric", "value");
          for (MetricTable<?> table : tables) {
            table.lines(file);
          }
        });
  }
}
