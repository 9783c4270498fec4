package io.talus.bench;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.recommend.ImplicitFactorization;
import io.talus.recommend.Knn;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.RankingMetrics;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.Recommender;
import io.talus.recommend.TopK;
import io.talus.recommend.Weighting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Recommending from listening counts: prints the table of {@code bench/results/lastfm-DATE.md}, for
 * {@code user_artists.dat} of Last.fm HetRec 2011. Arguments: the file, and a seed (1).
 */
public final class LastFmTable {
  private static final int LENGTH = 10;
  private static final double HELD_OUT = 0.2;

  private final Device device = Devices.best();

  private LastFmTable() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 2) {
      throw new IllegalArgumentException("arguments: user_artists.dat [seed]");
    }
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
    new LastFmTable().print(RatingsReader.read(Path.of(arguments[0])), seed);
  }

  private void print(Ratings counts, long seed) {
    Ratings logarithms = counts.map(Math::log1p);
    RatingsSplit split = RatingsSplit.userWise(logarithms, HELD_OUT, seed);
    System.out.println(counts + "; ln(1 + plays); seed " + seed + "; " + device);
    System.out.println(
        "| method | nDCG@10 | by popularity | hit rate | recall | MAP | coverage | s |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- |");
    double popularity = 0;
    for (Map.Entry<String, Function<Ratings, Recommender>> method : methods(seed).entrySet()) {
      long start = System.nanoTime();
      Recommender fitted = method.getValue().apply(split.train());
      RankingMetrics found = RankingMetrics.of(fitted, split, LENGTH);
      double seconds = (System.nanoTime() - start) / 1e9;
      popularity = popularity == 0 ? found.ndcg() : popularity;
      System.out.printf(
          Locale.ROOT,
          "| %s | %.4f | %+.0f %% | %.3f | %.4f | %.4f | %.3f | %.2f |%n",
          method.getKey(),
          found.ndcg(),
          100 * (found.ndcg() / popularity - 1),
          found.hitRate(),
          found.recall(),
          found.map(),
          found.coverage(),
          seconds);
    }
  }

  /** Popularity first: the others are held against it. */
  private Map<String, Function<Ratings, Recommender>> methods(long seed) {
    Map<String, Function<Ratings, Recommender>> methods = new LinkedHashMap<>();
    methods.put("popularity", PopularityRecommender::new);
    Knn items = Knn.ofItems(SimilarityMeasure.COSINE, 100);
    methods.put("item kNN, cosine", train -> items.fit(device, train));
    methods.put(
        "item kNN, cosine, k per column", train -> items.topK(TopK.PER_COLUMN).fit(device, train));
    methods.put("item kNN, TF-IDF", train -> items.weighting(Weighting.TF_IDF).fit(device, train));
    methods.put("item kNN, BM25", train -> items.weighting(Weighting.BM25).fit(device, train));
    methods.put(
        "item kNN, Jaccard",
        train -> Knn.ofItems(RatingSimilarity.JACCARD, 100).fit(device, train));
    Knn shares = Knn.ofItems(RatingSimilarity.CONDITIONAL_PROBABILITY, 100);
    methods.put("item kNN, conditional probability", train -> shares.fit(device, train));
    methods.put(
        "item kNN, conditional probability, k per column",
        train -> shares.topK(TopK.PER_COLUMN).fit(device, train));
    Knn users = Knn.ofUsers(SparseMeasure.COSINE, 100);
    methods.put("user kNN, cosine", train -> users.fit(device, train));
    methods.put(
        "user kNN, cosine, k per column", train -> users.topK(TopK.PER_COLUMN).fit(device, train));
    methods.put("user kNN, TF-IDF", train -> users.weighting(Weighting.TF_IDF).fit(device, train));
    ImplicitFactorization als = ImplicitFactorization.DEFAULT.seed(seed);
    methods.put("implicit ALS, 64 factors", train -> als.fit(device, train));
    return methods;
  }
}
