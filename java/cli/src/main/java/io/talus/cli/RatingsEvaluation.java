package io.talus.cli;

import io.talus.data.RatingsSplit;
import io.talus.recommend.FactorizationListener;
import io.talus.recommend.FoldResults;
import io.talus.recommend.MeanPredictor;
import io.talus.recommend.NeighborListener;
import io.talus.recommend.RankingMetrics;
import io.talus.recommend.RankingProtocol;
import io.talus.recommend.RatingMetrics;
import io.talus.recommend.RatingPredictor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Methods that learn from the same parts of the ratings and are judged by the same others. */
final class RatingsEvaluation {
  private final MethodOptions options;
  private final List<RecommendingMethod> methods;
  private final RankingProtocol protocol;
  private final boolean predictions;
  private final Map<String, List<RatingMetrics>> ratings = new LinkedHashMap<>();
  private final Map<String, List<RankingMetrics>> rankings = new LinkedHashMap<>();

  /**
   * @param protocol how rankings are judged
   * @param predictions whether predicted ratings are judged too
   */
  RatingsEvaluation(
      MethodOptions options,
      List<RecommendingMethod> methods,
      RankingProtocol protocol,
      boolean predictions) {
    this.options = options;
    this.methods = methods;
    this.protocol = protocol;
    this.predictions = predictions;
  }

  /** Learns and judges, a split after the other. */
  void run(List<RatingsSplit> splits, Progress progress) {
    int done = 0;
    for (int fold = 0; fold < splits.size(); fold++) {
      RatingsSplit split = splits.get(fold);
      for (RecommendingMethod method : methods) {
        int before = done++;
        String what = method + ", " + (fold + 1) + " of " + splits.size();
        judge(
            method,
            split,
            fold,
            (row, rows) ->
                progress.stepTo(before, what + ", neighbours " + 100L * row / rows + " %"));
        progress.stepTo(done, what);
      }
    }
  }

  private void judge(
      RecommendingMethod method, RatingsSplit split, int fold, NeighborListener listener) {
    FittedMethod fitted = options.fit(method, split.train(), FactorizationListener.NONE, listener);
    if (predictions && fitted.predictor() != null) {
      RatingPredictor always = fitted.predictor().orElse(MeanPredictor.ofAll(split.train()));
      ratings
          .computeIfAbsent(method.toString(), name -> new ArrayList<>())
          .add(RatingMetrics.of(always, split));
    }
    if (fitted.recommender() != null) {
      List<RankingMetrics> judged =
          rankings.computeIfAbsent(method.rankingName(), name -> new ArrayList<>());
      if (judged.size() == fold) {
        judged.add(RankingMetrics.of(fitted.recommender(), split, protocol));
      }
    }
  }

  /** How far predictions are off. */
  MetricTable<RatingMetrics> ofRatings() {
    return new MetricTable<>("predicted ratings", Metric.OF_RATINGS, results(ratings));
  }

  /** How rankings do; methods that differ in their centering alone rank alike. */
  MetricTable<RankingMetrics> ofRankings() {
    return new MetricTable<>(protocol.toString(), Metric.OF_RANKINGS, results(rankings));
  }

  private static <M> Map<String, FoldResults<M>> results(Map<String, List<M>> judged) {
    Map<String, FoldResults<M>> results = new LinkedHashMap<>();
    judged.forEach((method, folds) -> results.put(method, new FoldResults<>(folds)));
    return results;
  }

  /** The tables that have something to say. */
  List<MetricTable<?>> tables() {
    return List.<MetricTable<?>>of(ofRatings(), ofRankings()).stream()
        .filter(table -> !table.results().isEmpty())
        .toList();
  }
}
