package io.talus.cli;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** How ratings are spread, as the report's template draws it. */
final class RatingsPlots {
  /** More values than that are counted in ranges. */
  private static final int MOST_BARS = 20;

  private static final int MOST_POINTS = 400;

  private RatingsPlots() {}

  /** How many ratings there are of each value, or of each of 20 ranges of values. */
  static Map<String, Object> values(Ratings ratings) {
    TreeMap<Float, Integer> counts = new TreeMap<>();
    RatingsMatrix all = ratings.byUser();
    for (int place = 0; place < all.size() && counts.size() <= MOST_BARS; place++) {
      counts.merge(all.value(place), 1, Integer::sum);
    }
    Map<String, Object> plot = new LinkedHashMap<>();
    if (counts.size() <= MOST_BARS) {
      plot.put("value", counts.keySet().toArray());
      plot.put("count", counts.values().toArray());
      return plot;
    }
    double width = ((double) ratings.max() - ratings.min()) / MOST_BARS;
    int[] inRange = new int[MOST_BARS];
    for (int place = 0; place < all.size(); place++) {
      int range = (int) ((all.value(place) - (double) ratings.min()) / width);
      inRange[Math.min(MOST_BARS - 1, range)]++;
    }
    plot.put(
        "value",
        IntStream.range(0, MOST_BARS)
            .mapToDouble(range -> ratings.min() + (range + 0.5) * width)
            .toArray());
    plot.put("count", inRange);
    return plot;
  }

  /** The ratings of each item, from the one that has most; of many items, some. */
  static Map<String, Object> longTail(Ratings ratings) {
    int[] sorted = sorted(ratings);
    int points = Math.min(MOST_POINTS, sorted.length);
    int[] ranks = new int[points];
    int[] counts = new int[points];
    for (int point = 0; point < points; point++) {
      ranks[point] = 1 + (points == sorted.length ? point : spread(point, sorted.length));
      counts[point] = sorted[ranks[point] - 1];
    }
    Map<String, Object> plot = new LinkedHashMap<>();
    plot.put("rank", ranks);
    plot.put("count", counts);
    return plot;
  }

  /** From the first item to the last, close together at the head, where the counts fall fastest. */
  private static int spread(int point, int items) {
    double share = (double) point / (MOST_POINTS - 1);
    return Math.max(point, (int) Math.round(share * share * (items - 1)));
  }

  /** The share of all ratings that the most-rated tenth of the items have. */
  static double shareOfHead(Ratings ratings) {
    int[] sorted = sorted(ratings);
    long head = 0;
    for (int item = 0; item < (sorted.length + 9) / 10; item++) {
      head += sorted[item];
    }
    return (double) head / ratings.size();
  }

  private static int[] sorted(Ratings ratings) {
    int[] items = HeatMap.mostRated(ratings, ratings.items());
    return IntStream.of(items).map(ratings.byItem()::size).toArray();
  }
}
