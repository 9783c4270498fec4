package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  private static final double TOLERANCE = 1e-12;

  /** The mean is 4. */
  private static final Ratings RATINGS =
      Ratings.builder().add("ann", "p", 5).add("ann", "q", 3).add("bob", "p", 4).build();

  @Test
  void oneSweepByHand() {
    Baselines plain = Baselines.fit(RATINGS, 0, 0, 1);
    assertEquals((1 + 0) / 2.0, plain.item(0), TOLERANCE);
    assertEquals(-1, plain.item(1), TOLERANCE);
    assertEquals((1 - 0.5 + -1 + 1) / 2, plain.user(0), TOLERANCE);
    assertEquals(0 - 0.5, plain.user(1), TOLERANCE);

    Baselines shrunk = Baselines.fit(RATINGS, 1, 2, 1);
    assertEquals((1 + 0) / 4.0, shrunk.item(0), TOLERANCE);
    assertEquals(-1 / 3.0, shrunk.item(1), TOLERANCE);
    assertEquals((1 - 0.25 + -1 + 1 / 3.0) / 3, shrunk.user(0), TOLERANCE);
    assertEquals((0 - 0.25) / 2, shrunk.user(1), TOLERANCE);
    assertEquals(4 - 0.125 - 1 / 3.0, shrunk.predict("bob", "q").value(), TOLERANCE);
    assertEquals(0, shrunk.predict("bob", "q").neighbors());
  }

  @Test
  void predictionsStayInRangeAndScoresDoNot() {
    Baselines fitted = Baselines.fit(RATINGS, 0, 0, 1);
    assertEquals(4 - 0.5 - 1, fitted.value(1, 1), TOLERANCE);
    assertEquals(3, fitted.predict("bob", "q").value());
    List<Scored> recommended = fitted.recommend("bob", 5);
    assertEquals(1, recommended.size());
    assertEquals(2.5, recommended.get(0).score(), TOLERANCE);
  }

  @Test
  void whoHasNoRatingsHasNoLeaning() {
    Ratings more = Ratings.builder().add("cat", "r", 1).build();
    Baselines fitted = Baselines.fit(RatingsSplit.join(RATINGS, more).train());
    assertEquals(4, fitted.predict("cat", "r").value());
    assertEquals(4 + fitted.item(0), fitted.predict("cat", "p").value(), TOLERANCE);
    assertEquals(2, fitted.recommend("cat", 5).size(), "nobody rated r");
    assertEquals(0, fitted.leaning(Map.of()));
    assertEquals((5 - 4 - fitted.item(0)) / 16, fitted.leaning(Map.of(0, 5f)), TOLERANCE);
  }

  /** Where the sweeps end, no leaning can be changed for the better: the gradient is 0. */
  @Test
  void manySweepsMinimise() {
    Ratings ratings = SyntheticRatings.zipf(60, 40, 700, 4);
    Baselines fitted = Baselines.fit(ratings, 3, 2, 300);
    RatingsMatrix byUser = ratings.byUser();
    for (int user = 0; user < ratings.users(); user++) {
      double slope = -3 * fitted.user(user);
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        slope += byUser.value(place) - fitted.value(user, byUser.column(place));
      }
      assertEquals(0, slope, 1e-9, "user " + user);
    }
    for (int item = 0; item < ratings.items(); item++) {
      double slope = -2 * fitted.item(item);
      for (int place = ratings.byItem().start(item); place < ratings.byItem().end(item); place++) {
        int user = ratings.byItem().column(place);
        slope += ratings.byItem().value(place) - fitted.value(user, item);
      }
      assertEquals(0, slope, 1e-9, "item " + item);
    }
  }

  @Test
  void badRequestsAreRefused() {
    Ratings none = Ratings.builder().build();
    assertThrows(IllegalArgumentException.class, () -> Baselines.fit(none));
    assertThrows(IllegalArgumentException.class, () -> Baselines.fit(RATINGS, -1, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> Baselines.fit(RATINGS, 0, Double.NaN, 1));
    assertThrows(IllegalArgumentException.class, () -> Baselines.fit(RATINGS, 0, 0, 0));
    Baselines fitted = Baselines.fit(RATINGS);
    assertThrows(IndexOutOfBoundsException.class, () -> fitted.predict(2, 0));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> fitted.predict("eve", "p"))
            .getMessage()
            .contains("no user 'eve'"));
  }
}
