package io.talus.bench.table;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.SyntheticRatings;
import io.talus.recommend.Knn;
import io.talus.recommend.KnnRecommender;
import io.talus.recommend.RatingSimilarity;

/**
 * The neighbours of every item of a large set of ratings, by the similarities named, one after
 * another. Prints for each its name, the seconds that it took, from ratings in the Java heap to
 * neighbours there, and the most memory that the process had meanwhile, in bytes; for the first,
 * since the process's start, the making of the ratings included.
 */
public final class LargeRatings {
  /** Twice what the ratings take: enough to make them. */
  static final String HEAP = "1100m";

  private LargeRatings() {}

  public static void main(String[] names) {
    Device device = Devices.require("cpu");
    Ratings ratings = SyntheticRatings.zipf(162_000, 59_000, 25_000_000, 1);
    for (String name : names) {
      Knn recipe = Knn.ofItems(RatingSimilarity.byName().get(name), 50);
      long start = System.nanoTime();
      KnnRecommender knn = recipe.fit(device, ratings);
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (knn.neighbors().size(0) == 0) {
        throw new IllegalStateException("the first item has no neighbour");
      }
      System.out.println(name + "\t" + seconds + "\t" + ResidentMemory.peakBytes());
      ResidentMemory.resetPeak();
    }
  }
}
