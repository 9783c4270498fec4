package io.talus.data;

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
    if (!train.sharesIdsWith(test)) {
      throw new IllegalArgumentException(
          "the two sets of ratings number their users and items differently: use"
              + " RatingsSplit.join");
    }
  }

  /**
   * Two sets read apart, such as MovieLens' {@code u1.base} and {@code u1.test}, brought to the
   * same ids: those of {@code train} keep their indices, others of {@code test} follow.
   */
  public static RatingsSplit join(Ratings train, Ratings test) {
    RatingsBuilder tests = train.builderWithMoreIds();
    for (int user = 0; user < test.users(); user++) {
      for (int place = test.byUser().start(user); place < test.byUser().end(user); place++) {
        int to = tests.user(test.userId(user));
        int item = tests.item(test.itemId(test.byUser().column(place)));
        add(tests, to, item, test, place);
      }
    }
    Ratings joinedTest = tests.build();
    RatingsBuilder trains = joinedTest.builderWithSameIds();
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
   * Holds out each rating with the given chance.
   *
   * @param testFraction between 0 and 1
   * @param seed the same seed gives the same split everywhere
   * @throws IllegalArgumentException when the fraction is not between 0 and 1
   */
  public static RatingsSplit random(Ratings ratings, double testFraction, long seed) {
    if (!(testFraction >= 0 && testFraction <= 1)) {
      throw new IllegalArgumentException("testFraction is " + testFraction + ", expected 0 to 1");
    }
    RatingsRandom random = new RatingsRandom(seed);
    boolean[] held = new boolean[ratings.size()];
    for (int place = 0; place < held.length; place++) {
      held[place] = random.uniform() < testFraction;
    }
    return of(ratings, held);
  }

  private static RatingsSplit of(Ratings ratings, boolean[] held) {
    RatingsBuilder train = ratings.builderWithSameIds();
    copy(ratings, place -> !held[place], train);
    RatingsBuilder test = ratings.builderWithSameIds();
    copy(ratings, place -> held[place], test);
    return new RatingsSplit(train.build(), test.build());
  }

  private static void copy(Ratings from, IntPredicate wanted, RatingsBuilder to) {
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
