package io.talus.recommend;

import io.talus.data.Dataset;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsRandom;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a {@link NeuralFiltering} learns from: a user's and an item's number, and a step of the
 * scale. The numbers behind the last user and the last item stand for whoever is unknown.
 */
final class NeuralExamples {
  private static final int MOST_STEPS = 100;
  private static final float[] COUNTS = {0, 1};

  // One of so many ratings is learned again: without its user, its item, both.
  private static final int KNOWN = 10;
  private static final int BOTH_KNOWN = 100;

  private final Ratings ratings;
  private final float[] scale;
  private final int unknownUser;
  private final int unknownItem;
  private float[] pairs;
  private int[] steps;
  private int size;

  private NeuralExamples(Ratings ratings, float[] scale, long room) {
    this.ratings = ratings;
    this.scale = scale;
    unknownUser = ratings.users();
    unknownItem = ratings.items();
    steps = new int[Math.toIntExact(room)];
    pairs = new float[Math.multiplyExact(2, steps.length)];
  }

  /**
   * @param negatives for each rating; 0: the ratings are on a scale
   */
  static NeuralExamples of(Ratings ratings, int negatives, long seed) {
    long places = ratings.size();
    long all = places + 2 * (places / KNOWN + 1) + places / BOTH_KNOWN + 1;
    float[] scale = negatives > 0 ? COUNTS : scale(ratings);
    NeuralExamples examples = new NeuralExamples(ratings, scale, (1L + negatives) * all);
    examples.addAll(negatives, new RatingsRandom(seed));
    if (examples.size == 0) {
      throw new IllegalArgumentException("there is no rating above 0 in " + ratings);
    }
    return examples;
  }

  /** The different values, rising. */
  private static float[] scale(Ratings ratings) {
    RatingsMatrix byUser = ratings.byUser();
    double[] different =
        IntStream.range(0, byUser.size()).mapToDouble(byUser::value).distinct().sorted().toArray();
    if (different.length > MOST_STEPS) {
      throw new IllegalArgumentException(
          "there are "
              + different.length
              + " different ratings in "
              + ratings
              + "; a scale has at most "
              + MOST_STEPS
              + " steps: round them with Ratings.map, or take negatives for counts");
    }
    float[] scale = new float[different.length];
    for (int step = 0; step < scale.length; step++) {
      scale[step] = (float) different[step];
    }
    return scale;
  }

  private void addAll(int negatives, RatingsRandom random) {
    RatingsMatrix byUser = ratings.byUser();
    int rated = (int) IntStream.range(0, ratings.items()).filter(this::isRated).count();
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        if (negatives == 0) {
          add(user, byUser.column(place), Arrays.binarySearch(scale, byUser.value(place)), place);
        } else if (byUser.value(place) > 0) {
          add(user, byUser.column(place), 1, place);
          for (int i = 0; i < negatives && byUser.size(user) < rated; i++) {
            add(user, unrated(user, random), 0, place);
          }
        }
      }
    }
  }

  private boolean isRated(int item) {
    return ratings.byItem().size(item) > 0;
  }

  /** An item that others have rated. */
  private int unrated(int user, RatingsRandom random) {
    while (true) {
      int item = random.below(ratings.items());
      if (isRated(item) && ratings.byUser().find(user, item) < 0) {
        return item;
      }
    }
  }

  private void add(int user, int item, int step, int place) {
    add(user, item, step);
    if (place % KNOWN == 0) {
      add(unknownUser, item, step);
    } else if (place % KNOWN == KNOWN / 2) {
      add(user, unknownItem, step);
    } else if (place % BOTH_KNOWN == 1) {
      add(unknownUser, unknownItem, step);
    }
  }

  private void add(int user, int item, int step) {
    pairs[2 * size] = user;
    pairs[2 * size + 1] = item;
    steps[size++] = step;
  }

  /** What each class stands for. */
  float[] scale() {
    return scale;
  }

  Dataset dataset() {
    return Dataset.of(Arrays.copyOf(pairs, 2 * size), Arrays.copyOf(steps, size), scale.length);
  }
}
