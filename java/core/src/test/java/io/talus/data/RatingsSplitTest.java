package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
  void theSeedDecides() {
    assertEquals(held(3), held(3));
    assertNotEquals(held(3), held(4));
  }

  private static String held(long seed) {
    Ratings test = RatingsSplit.leaveOneOut(RATINGS, seed).test();
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
