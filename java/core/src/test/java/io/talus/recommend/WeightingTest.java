package io.talus.recommend;

import static io.talus.recommend.Golden.RATINGS;
import static io.talus.recommend.Golden.W;
import static io.talus.recommend.Golden.X;
import static io.talus.recommend.Golden.Z;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import org.junit.jupiter.api.Test;

/** Worked by hand on {@link Golden}: 4 items, of which ann has 2, cat 2 and bob 3. */
class WeightingTest {
  private static final double EPS = 1e-6;
  private static final int ANN = 0;
  private static final int CAT = 1;
  private static final int BOB = 2;

  private static double weight(Weighting weighting, boolean amongUsers, int row, int column) {
    RatingsMatrix weights = weighting.apply(RATINGS, amongUsers);
    return weights.value(weights.find(row, column));
  }

  @Test
  void asTheyAreAndPresence() {
    assertSame(RATINGS.byItem(), Weighting.NONE.apply(RATINGS, false));
    assertEquals(1, weight(Weighting.PRESENCE, false, Z, CAT));
  }

  @Test
  void tfIdf() {
    assertEquals(Math.sqrt(3) * Math.log(3), weight(Weighting.TF_IDF, false, W, ANN), EPS);
    assertEquals(2 * Math.log(1 + 4 / 3.0), weight(Weighting.TF_IDF, false, Z, BOB), EPS);
    // Among users, x is a column that 2 of 3 rows have.
    assertEquals(2 * Math.log(2.5), weight(Weighting.TF_IDF, true, ANN, X), EPS);
  }

  /** Lengths 7 7 2 7, mean 23/4. */
  @Test
  void bm25() {
    double held = 2 * (0.4 + 0.6 * 7 / (23 / 4.0));
    double inverse = Math.log(1 + 2.5 / 2.5);
    assertEquals(inverse * 3 * 3 / (3 + held), weight(Weighting.bm25(2, 0.6), false, W, ANN), EPS);
    Ratings zeros = Ratings.builder().add("u", "i", 0).add("u", "j", 0).build();
    assertEquals(0, Weighting.BM25.apply(zeros, false).value(1));
  }

  @Test
  void lessWhatIsExpected() {
    assertEquals(4 - 11 / 3.0, weight(Weighting.LESS_COLUMN_MEANS, false, Z, BOB), EPS);
    assertEquals(4 - 3.5, weight(Weighting.LESS_COLUMN_MEANS, true, BOB, Z), EPS);
    Baselines baselines = Baselines.fit(RATINGS);
    double left = 4 - baselines.value(BOB, Z);
    assertEquals(left, weight(Weighting.LESS_BASELINES, false, Z, BOB), EPS);
    assertEquals(left, weight(Weighting.LESS_BASELINES, true, BOB, Z), EPS);
  }

  @Test
  void badParametersAndRatingsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Weighting.bm25(-1, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Weighting.bm25(1, 1.5));
    assertThrows(IllegalArgumentException.class, () -> Weighting.bm25(Double.NaN, 0));
    Ratings negative = Ratings.builder().add("u", "i", -1).build();
    assertThrows(IllegalArgumentException.class, () -> Weighting.TF_IDF.apply(negative, false));
    assertThrows(IllegalArgumentException.class, () -> Weighting.BM25.apply(negative, true));
    assertEquals(-1, Weighting.NONE.apply(negative, false).value(0));
  }
}
