package io.talus.cli;

import io.talus.recommend.RankingMetrics;
import io.talus.recommend.RatingMetrics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One number of those that judge a method.
 *
 * @param format of its value
 * @param better which of two values speaks for the method
 * @param <M> the judgement it is taken from
 */
record Metric<M>(String name, String format, Better better, ToDoubleFunction<M> value) {
  /** Which of two values is the better one. */
  enum Better {
    LESS,
    MORE,
    /** Neither: it tells something else than quality. */
    NEITHER
  }

  /** Of predicted ratings. */
  static final List<Metric<RatingMetrics>> OF_RATINGS =
      List.of(
          new Metric<>("RMSE", "%.4f", Better.LESS, RatingMetrics::rmse),
          new Metric<>("MAE", "%.4f", Better.LESS, RatingMetrics::mae),
          new Metric<>("fallbacks", "%.1f", Better.NEITHER, RatingMetrics::fallbacks));

  /** How near the top the relevant items are. */
  static final Metric<RankingMetrics> NDCG =
      new Metric<>("nDCG", "%.4f", Better.MORE, RankingMetrics::ndcg);

  /** Of the first items of rankings. */
  static final List<Metric<RankingMetrics>> OF_RANKINGS =
      List.of(
          new Metric<>("hit rate", "%.4f", Better.MORE, RankingMetrics::hitRate),
          new Metric<>("precision", "%.4f", Better.MORE, RankingMetrics::precision),
          new Metric<>("recall", "%.4f", Better.MORE, RankingMetrics::recall),
          NDCG,
          new Metric<>("MAP", "%.4f", Better.MORE, RankingMetrics::map),
          new Metric<>("MRR", "%.4f", Better.MORE, RankingMetrics::mrr),
          new Metric<>("AUC", "%.4f", Better.MORE, RankingMetrics::auc),
          new Metric<>("coverage", "%.4f", Better.NEITHER, RankingMetrics::coverage),
          new Metric<>("novelty", "%.2f", Better.NEITHER, RankingMetrics::novelty));

  /**
   * A value for people; a dash where there is none.
   *
   * @param before what stands before it
   */
  String text(String before, double value) {
    return Double.isNaN(value) ? "-" : before + String.format(Locale.ROOT, format, value);
  }

  /** Whether a value is better than another; any is better than none, which is NaN. */
  boolean isBetter(double one, double other) {
    if (Double.isNaN(one) || better == Better.NEITHER) {
      return false;
    }
    return Double.isNaN(other) || (better == Better.LESS ? one < other : one > other);
  }
}
