package io.talus.recommend;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What came out for each split when the same recipe was fitted and judged on all of them.
 *
 * <pre>
 * FoldResults&lt;RatingMetrics&gt; results =
 *     FoldResults.of(
 *         RatingsSplit.folds(ratings, Folds.FIVE, 1),
 *         train -&gt; Baselines.fit(train),
 *         RatingMetrics::of);
 * results.mean(RatingMetrics::rmse);
 * </pre>
 *
 * @param folds the judgement of each split, in order
 * @param <M> what a judgement is: {@link RatingMetrics}, {@link RankingMetrics}
 */
public record FoldResults<M>(List<M> folds) {

  public FoldResults {
    folds = List.copyOf(folds);
  }

  /**
   * Fits and judges, one split after the other.
   *
   * @param splits such as {@link RatingsSplit#folds}, or one split alone
   * @param recipe makes a model from the training part
   * @param judge such as {@code RatingMetrics::of} or {@code (model, split) ->
   *     RankingMetrics.of(model, split, 10)}
   */
  public static <R, M> FoldResults<M> of(
      List<RatingsSplit> splits,
      Function<Ratings, R> recipe,
      BiFunction<R, RatingsSplit, M> judge) {
    List<M> results = new ArrayList<>();
    for (RatingsSplit split : splits) {
      results.add(judge.apply(recipe.apply(split.train()), split));
    }
    return new FoldResults<>(results);
  }

  /** The mean of a metric over the folds: {@code sum of x / n}; NaN where there is no fold. */
  public double mean(ToDoubleFunction<? super M> metric) {
    return folds.stream().mapToDouble(metric).sum() / folds.size();
  }

  /**
   * The deviation of a metric between the folds: {@code sqrt(sum of (x - mean)^2 / (n - 1))}; NaN
   * where there are fewer than two.
   */
  public double deviation(ToDoubleFunction<? super M> metric) {
    double mean = mean(metric);
    double squares = 0;
    for (M fold : folds) {
      double off = metric.applyAsDouble(fold) - mean;
      squares += off * off;
    }
    return folds.size() < 2 ? Double.NaN : Math.sqrt(squares / (folds.size() - 1));
  }
}
