package io.talus.bench.table;

import io.talus.Device;
import io.talus.Devices;
import io.talus.bench.work.Answer;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.SyntheticRatings;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.Neighbors;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.Recommendations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Recommending, by itself. */
final class RecommendContests {
  private static final int N = 10;

  /** Of the one group that a process measures, by similarity: seconds, and bytes. */
  private static final Map<String, double[]> LARGE = new HashMap<>();

  private RecommendContests() {}

  static Contest recommendAll() {
    Device device = Devices.require("cpu");
    Ratings ratings = SyntheticRatings.zipf(6_040, 3_706, 1_000_209, 1);
    KnnRecommender knn = Knn.ofItems(RatingSimilarity.COSINE, 50).fit(device, ratings);
    Recommendations found = knn.recommendAll(N);
    for (int user : new int[] {0, 17, ratings.users() - 1}) {
      check(knn, found, user);
    }
    return new Contest().timed(Contest.TALUS, () -> knn.recommendAll(N));
  }

  /** Each score from the neighbours; and nobody left out is better than the last. */
  private static void check(KnnRecommender knn, Recommendations found, int user) {
    double[] scores = new double[knn.ratings().items()];
    Neighbors neighbors = knn.neighbors();
    RatingsMatrix byUser = knn.ratings().byUser();
    for (int place = byUser.start(user); place < byUser.end(user); place++) {
      int item = byUser.column(place);
      for (int rank = 0; rank < neighbors.size(item); rank++) {
        double similarity = neighbors.similarity(item, rank);
        scores[neighbors.index(item, rank)] += similarity * byUser.value(place);
      }
    }
    for (int rank = 0; rank < N; rank++) {
      int item = found.item(user, rank);
      Answer.near(scores[item], found.score(user, rank), 1e-9, "score of user", user, rank);
      scores[item] = 0;
    }
    double last = found.score(user, N - 1);
    for (int item = 0; item < scores.length; item++) {
      if (byUser.find(user, item) < 0 && scores[item] > last) {
        Answer.near(last, scores[item], 0, "score of what user was not recommended", user, item);
      }
    }
  }

  static Contest folds() {
    String file = DataFolder.require("ml-100k/u.data").toString();
    return new Contest()
        .gauge(
            Contest.TALUS,
            () -> {
              long start = System.nanoTime();
              String rmse = ChildProcess.run(List.of(), MovieLensFolds.class, file).get(0);
              double seconds = (System.nanoTime() - start) * 1e-9;
              Answer.near(0.98, Double.parseDouble(rmse), 0.01, "RMSE");
              return seconds;
            });
  }

  static Contest largeSeconds(String name, String group) {
    return new Contest().gauge(Contest.TALUS, () -> large(group).get(name)[0]);
  }

  static Contest largeMemory(String name, String group) {
    return new Contest().gauge(Contest.TALUS, () -> large(group).get(name)[1]);
  }

  private static Map<String, double[]> large(String group) {
    if (LARGE.isEmpty()) {
      List<String> heap = List.of("-Xmx" + LargeRatings.HEAP);
      String[] names = RecommendLines.largeOf(group);
      for (String line : ChildProcess.run(heap, LargeRatings.class, names)) {
        String[] fields = line.split("\t");
        double[] measured = {Double.parseDouble(fields[1]), Double.parseDouble(fields[2])};
        LARGE.put(fields[0], measured);
      }
    }
    return LARGE;
  }
}
