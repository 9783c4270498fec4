package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatingsSplitTest {
  private static final Ratings RATINGS = SyntheticRatings.zipf(80, 60, 900, 5);

  /** Each rating is in one part, with its value. */
  private static void assertParts(Ratings whole, RatingsSplit split) {
    assertEquals(whole.size(), split.train().size() + split.test().size());
    for (int user = 0; user < whole.users(); user++) {
      for (int place = whole.byUser().start(user); place < whole.byUser().end(user); place++) {
        int item = whole.byUser().column(place);
        int train = split.train().byUser().find(user, item);
        int test = split.test().byUser().find(user, item);
        assertTrue(train < 0 != test < 0);
        Ratings part = train < 0 ? split.test() : split.train();
        float value = part.byUser().value(Math.max(train, test));
        assertEquals(whole.byUser().value(place), value);
      }
    }
  }

  @Test
  void leaveOneOutHoldsOutOneOfEachUserWithTwo() {
    RatingsSplit split = RatingsSplit.leaveOneOut(RATINGS, 3);
    assertParts(RATINGS, split);
    for (int user = 0; user < RATINGS.users(); user++) {
      int expected = RATINGS.byUser().size(user) >= 2 ? 1 : 0;
      assertEquals(expected, split.test().byUser().size(user));
    }
  }

  @Test
  void aUserWithOneRatingKeepsIt() {
    Ratings one = Ratings.builder().add("ann", "jam", 1, 9).build();
    RatingsSplit split = RatingsSplit.leaveOneOut(one, 3);
    assertEquals(1, split.train().size());
    assertEquals(9, split.train().timestamp(0));
    assertEquals(0, split.test().size());
  }

  @Test
  void randomHoldsOutTheFraction() {
    RatingsSplit split = RatingsSplit.random(RATINGS, 0.25, 11);
    assertParts(RATINGS, split);
    // Six deviations of the binomial distribution.
    assertEquals(225, split.test().size(), 6 * Math.sqrt(900 * 0.25 * 0.75));
    assertEquals(0, RatingsSplit.random(RATINGS, 0, 11).test().size());
    assertEquals(0, RatingsSplit.random(RATINGS, 1, 11).train().size());
    assertThrows(IllegalArgumentException.class, () -> RatingsSplit.random(RATINGS, 1.1, 11));
    assertThrows(
        IllegalArgumentException.class, () -> RatingsSplit.random(RATINGS, Double.NaN, 11));
  }

  @Test
  void userWiseHoldsOutThatPartOfEachUser() {
    RatingsSplit split = RatingsSplit.userWise(RATINGS, 0.2, 7);
    assertParts(RATINGS, split);
    for (int user = 0; user < RATINGS.users(); user++) {
      long expected = Math.round(0.2 * RATINGS.byUser().size(user));
      assertEquals(expected, split.test().byUser().size(user));
    }
    assertNotEquals(items(split.test()), items(RatingsSplit.userWise(RATINGS, 0.2, 8).test()));
    assertEquals(items(split.test()), items(RatingsSplit.userWise(RATINGS, 0.2, 7).test()));
    assertThrows(IllegalArgumentException.class, () -> RatingsSplit.userWise(RATINGS, -0.1, 7));
  }

  private static final Ratings TIMED =
      Ratings.builder()
          .add("ann", "jam", 1, 30)
          .add("ann", "kite", 2, 10)
          .add("ann", "lamp", 3, 30)
          .add("bob", "jam", 4, 20)
          .add("cat", "kite", 5, 40)
          .add("cat", "jam", 1, 30)
          .build();

  @Test
  void leaveLastOutHoldsOutTheLatest() {
    RatingsSplit split = RatingsSplit.leaveLastOut(TIMED);
    assertParts(TIMED, split);
    // ann's lamp and jam are as late; bob has one only.
    assertEquals("2 1 ", items(split.test()));
    assertThrows(IllegalStateException.class, () -> RatingsSplit.leaveLastOut(RATINGS));
  }

  @Test
  void temporalHoldsOutTheFuture() {
    // By time: ann kite 10, bob jam 20, then ann jam, ann lamp, cat jam 30, cat kite 40.
    assertEquals("", items(RatingsSplit.temporal(TIMED, 0).test()));
    assertEquals("1 ", items(RatingsSplit.temporal(TIMED, 1 / 6.0).test()));
    assertEquals("0 1 ", items(RatingsSplit.temporal(TIMED, 2 / 6.0).test()));
    assertEquals("2 0 1 ", items(RatingsSplit.temporal(TIMED, 3 / 6.0).test()));
    assertEquals("0 2 0 1 ", items(RatingsSplit.temporal(TIMED, 4 / 6.0).test()));
    assertEquals(6, RatingsSplit.temporal(TIMED, 1).test().size());
    assertEquals(40, RatingsSplit.temporal(TIMED, 1 / 6.0).test().timestamp(0));
    assertParts(TIMED, RatingsSplit.temporal(TIMED, 0.5));
    assertThrows(IllegalStateException.class, () -> RatingsSplit.temporal(RATINGS, 0.5));
    assertThrows(IllegalArgumentException.class, () -> RatingsSplit.temporal(TIMED, 2));
  }

  @Test
  void foldsHoldOutEachRatingOnce() {
    List<RatingsSplit> splits = RatingsSplit.folds(RATINGS, Folds.of(4), 5);
    assertEquals(4, splits.size());
    int[] held = new int[RATINGS.size()];
    for (RatingsSplit split : splits) {
      assertParts(RATINGS, split);
      assertEquals(225, split.test().size());
      for (int user = 0; user < RATINGS.users(); user++) {
        for (int at = RATINGS.byUser().start(user); at < RATINGS.byUser().end(user); at++) {
          held[at] += split.test().byUser().find(user, RATINGS.byUser().column(at)) >= 0 ? 1 : 0;
        }
      }
    }
    assertTrue(Arrays.stream(held).allMatch(count -> count == 1));
    assertEquals(items(splits.get(1).test()), items(splits.get(1).test()), "made anew, the same");
    assertThrows(IllegalArgumentException.class, () -> RatingsSplit.folds(TIMED, Folds.many(7), 5));
  }

  @Test
  void theSeedDecides() {
    assertEquals(held(3), held(3));
    assertNotEquals(held(3), held(4));
  }

  private static String held(long seed) {
    return items(RatingsSplit.leaveOneOut(RATINGS, seed).test());
  }

  private static String items(Ratings test) {
    StringBuilder items = new StringBuilder();
    for (int place = 0; place < test.size(); place++) {
      items.append(test.byUser().column(place)).append(' ');
    }
    return items.toString();
  }

  @Test
  void joinKeepsTheIndicesOfTrainAndAddsThoseOfTest() {
    Ratings train = Ratings.builder().add("ann", "jam", 1).add("bob", "kite", 2).build();
    Ratings test = Ratings.builder().add("cat", "kite", 3).add("bob", "lamp", 4).build();
    RatingsSplit split = RatingsSplit.join(train, test);
    assertEquals(3, split.train().users());
    assertEquals(3, split.test().items());
    assertEquals(1, split.train().userIndex("bob"));
    assertEquals(2, split.train().userIndex("cat"));
    assertEquals(2, split.train().size());
    assertEquals(0, split.train().byUser().size(2));
    assertEquals(3, split.test().byUser().value(split.test().byUser().find(2, 1)));
    assertEquals(4, split.test().byUser().value(split.test().byUser().find(1, 2)));
    assertThrows(IllegalArgumentException.class, () -> new RatingsSplit(train, test));
  }
}
