package io.talus.data;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Ratings to learn from and ratings to judge by. Both have the same ids and indices, so a user or
 * an item may have ratings in only one of them.
 */
public record RatingsSplit(Ratings train, Ratings test) {

  /**
   * @throws IllegalArgumentException when an index could mean another user or item in one than in
   *     the other
   */
  public RatingsSplit {
    train.requireSameIds(test);
  }

  /**
   * Two sets read apart, such as MovieLens' {@code u1.base} and {@code u1.test}, brought to the
   * same ids: those of {@code train} keep their indices, others of {@code test} follow.
   */
  public static RatingsSplit join(Ratings train, Ratings test) {
    RatingsBuilder tests = train.builderWithMoreIds().dropped(test.duplicates());
    copyById(test, tests);
    Ratings joinedTest = tests.build();
    RatingsBuilder trains = joinedTest.builderWithSameIds().dropped(train.duplicates());
    copy(train, place -> true, trains);
    return new RatingsSplit(trains.build(), joinedTest);
  }

  /**
   * Holds out one rating of each user that has at least two, each with the same chance.
   *
   * @param seed the same seed gives the same split everywhere
   */
  public static RatingsSplit leaveOneOut(Ratings ratings, long seed) {
    RatingsRandom random = new RatingsRandom(seed);
    boolean[] held = new boolean[ratings.size()];
    RatingsMatrix byUser = ratings.byUser();
    for (int user = 0; user < ratings.users(); user++) {
      if (byUser.size(user) >= 2) {
        held[byUser.start(user) + random.below(byUser.size(user))] = true;
      }
    }
    return of(ratings, held);
  }

  /**
   * Holds out the latest rating of each user that has at least two; of several at that time, the
   * one with the largest index of its item.
   *
   * @throws IllegalStateException when the ratings have no times
   */
  public static RatingsSplit leaveLastOut(Ratings ratings) {
    boolean[] held = new boolean[ratings.size()];
    RatingsMatrix byUser = ratings.byUser();
    for (int user = 0; user < ratings.users(); user++) {
      int last = byUser.start(user);
      for (int place = last; place < byUser.end(user); place++) {
        last = ratings.timestamp(place) >= ratings.timestamp(last) ? place : last;
      }
      if (byUser.size(user) >= 2) {
        held[last] = true;
      }
    }
    return of(ratings, held);
  }

  /**
   * Holds out that part of each user's ratings, drawn at random: of n ratings {@code testFraction
   * n} rounded half up.
   *
   * @param testFraction between 0 and 1
   * @param seed the same seed gives the same split everywhere
   * @throws IllegalArgumentException when the fraction is not between 0 and 1
   */
  public static RatingsSplit userWise(Ratings ratings, double testFraction, long seed) {
    requireFraction(testFraction);
    boolean[] held = new boolean[ratings.size()];
    RatingsMatrix byUser = ratings.byUser();
    for (int user = 0; user < ratings.users(); user++) {
      int[] order = Shuffle.permutation(byUser.size(user), seed, user);
      long count = Math.round(testFraction * order.length);
      for (int i = 0; i < count; i++) {
        held[byUser.start(user) + order[i]] = true;
      }
    }
    return of(ratings, held);
  }

  /**
   * Holds out the latest part of all ratings, as if the past were to tell the future: of n ratings
   * {@code testFraction n} rounded half up; of several at the same time, those of users with larger
   * indices, and of one user those of items with larger indices, count as later.
   *
   * @param testFraction between 0 and 1
   * @throws IllegalArgumentException when the fraction is not between 0 and 1
   * @throws IllegalStateException when the ratings have no times
   */
  public static RatingsSplit temporal(Ratings ratings, double testFraction) {
    requireFraction(testFraction);
    int size = ratings.size();
    long[] times = new long[size];
    for (int place = 0; place < size; place++) {
      times[place] = ratings.timestamp(place);
    }
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    int count = (int) Math.round(testFraction * size);
    boolean[] held = new boolean[size];
    if (count > 0) {
      long first = sorted[size - count];
      int atFirst = count;
      for (int place = 0; place < size; place++) {
        held[place] = times[place] > first;
        atFirst -= held[place] ? 1 : 0;
      }
      for (int place = size - 1; atFirst > 0; place--) {
        if (times[place] == first) {
          held[place] = true;
          atFirst--;
        }
      }
    }
    return of(ratings, held);
  }

  /**
   * Divides the ratings at random into folds and holds out one at a time.
   *
   * @param seed the same seed gives the same folds everywhere
   * @return a split for each fold, made anew each time that it is asked for, so that no two need be
   *     held at once
   * @throws IllegalArgumentException when there are fewer ratings than folds
   */
  public static List<RatingsSplit> folds(Ratings ratings, Folds folds, long seed) {
    int[] foldOf = folds.random(ratings.size(), seed);
    return new AbstractList<>() {
      @Override
      public RatingsSplit get(int fold) {
        Objects.checkIndex(fold, size());
        boolean[] held = new boolean[foldOf.length];
        for (int place = 0; place < held.length; place++) {
          held[place] = foldOf[place] == fold;
        }
        return of(ratings, held);
      }

      @Override
      public int size() {
        return folds.count();
      }
    };
  }

  /**
   * Holds out each rating with the given chance.
   *
   * @param testFraction between 0 and 1
   * @param seed the same seed gives the same split everywhere
   * @throws IllegalArgumentException when the fraction is not between 0 and 1
   */
  public static RatingsSplit random(Ratings ratings, double testFraction, long seed) {
    requireFraction(testFraction);
    RatingsRandom random = new RatingsRandom(seed);
    boolean[] held = new boolean[ratings.size()];
    for (int place = 0; place < held.length; place++) {
      held[place] = random.uniform() < testFraction;
    }
    return of(ratings, held);
  }

  private static void requireFraction(double testFraction) {
    if (!(testFraction >= 0 && testFraction <= 1)) {
      throw new IllegalArgumentException("testFraction is " + testFraction + ", expected 0 to 1");
    }
  }

  private static RatingsSplit of(Ratings ratings, boolean[] held) {
    RatingsBuilder train = ratings.builderWithSameIds();
    copy(ratings, place -> !held[place], train);
    RatingsBuilder test = ratings.builderWithSameIds();
    copy(ratings, place -> held[place], test);
    return new RatingsSplit(train.build(), test.build());
  }

  static void copyById(Ratings from, RatingsBuilder to) {
    for (int user = 0; user < from.users(); user++) {
      for (int place = from.byUser().start(user); place < from.byUser().end(user); place++) {
        int itsUser = to.user(from.userId(user));
        int item = to.item(from.itemId(from.byUser().column(place)));
        add(to, itsUser, item, from, place);
      }
    }
  }

  static void copy(Ratings from, IntPredicate wanted, RatingsBuilder to) {
    for (int user = 0; user < from.users(); user++) {
      for (int place = from.byUser().start(user); place < from.byUser().end(user); place++) {
        if (wanted.test(place)) {
          add(to, user, from.byUser().column(place), from, place);
        }
      }
    }
  }

  private static void add(RatingsBuilder to, int user, int item, Ratings from, int place) {
    if (from.hasTimestamps()) {
      to.add(user, item, from.byUser().value(place), from.timestamp(place));
    } else {
      to.add(user, item, from.byUser().value(place));
    }
  }
}
