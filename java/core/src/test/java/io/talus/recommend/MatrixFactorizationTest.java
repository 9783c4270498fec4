package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MatrixFactorizationTest {
  private static final long SEED = 5;
  private static final MatrixFactorization SMALL =
      MatrixFactorization.DEFAULT.sized(8, 10).seed(SEED);

  private final Ratings drawn = SyntheticRatings.clustered(300, 120, 4, 20, SEED).ratings();

  /** Of two ratings that have no user and no item in common, so that their order is all one. */
  @Test
  void oneStepAsWorkedByHand() {
    Ratings two = Ratings.builder().add("u", "i", 2).add("v", "j", 4).build();
    MatrixFactorization plain = MatrixFactorization.DEFAULT.sized(1, 1).steps(0.1, 0.5);
    MatrixFactorization flat = new MatrixFactorization(1, 1, 0.1, 0.5, 0, 1);
    FactorizationModel model = flat.fit(two);
    // e = 2 - 3 = -1: both leanings become 0.1 (-1 - 0.5 * 0), factors stay 0.
    assertEquals(3 - 0.1 - 0.1, model.value(0, 0), 1e-6);
    assertEquals(3 + 0.1 + 0.1, model.value(1, 1), 1e-6);
    // e = -1 + 0.2 = -0.8: b = -0.1 + 0.1 (-0.8 + 0.5 * 0.1) = -0.175.
    assertEquals(3 - 0.35, flat.sized(1, 2).fit(two).value(0, 0), 1e-6);
    FactorizationModel begun = plain.fit(two);
    double p = begun.users().values()[0];
    double q = begun.items().values()[0];
    assertTrue(p != 0 && q != 0);
    assertEquals(
        3 + begun.userLeanings()[0] + begun.itemLeanings()[0] + p * q, begun.value(0, 0), 1e-6);
  }

  @Test
  void lossFallsAndBeatsBaselines() {
    RatingsSplit split = RatingsSplit.random(drawn, 0.2, SEED);
    List<Double> losses = new ArrayList<>();
    FactorizationModel model =
        SMALL.sized(8, 60).steps(0.01, 0.05).fit(split.train(), (epoch, loss) -> losses.add(loss));
    assertEquals(60, losses.size());
    assertTrue(losses.get(59) < 0.9 * losses.get(0), losses.toString());
    double own = RatingMetrics.of(model, split).rmse();
    double baselines = RatingMetrics.of(Baselines.fit(split.train()), split).rmse();
    assertTrue(own < baselines, own + " against " + baselines + ", seed " + SEED);
  }

  @Test
  void theSeedDecidesEveryBit() {
    FactorizationModel once = SMALL.fit(drawn);
    assertArrayEquals(once.users().values(), SMALL.fit(drawn).users().values());
    assertFalse(once.value(0, 0) == SMALL.seed(SEED + 1).fit(drawn).value(0, 0));
  }

  @Test
  void whoHasNoRatingsIsSaidToLackThem() {
    RatingsSplit split =
        RatingsSplit.join(
            Ratings.builder().add("u", "i", 1).add("u", "j", 5).build(),
            Ratings.builder().add("new", "i", 3).add("u", "fresh", 3).build());
    FactorizationModel model = SMALL.fit(split.train());
    Prediction ofNew = model.predict("new", "i");
    assertEquals(Prediction.Lack.USER_WITHOUT_RATINGS, ofNew.lack());
    assertEquals(3 + model.itemLeanings()[0], ofNew.value(), 1e-6);
    assertEquals(Prediction.Lack.ITEM_WITHOUT_RATINGS, model.predict("u", "fresh").lack());
    assertEquals(List.of(), model.recommend("u", 3), "nobody rated what is left");
  }

  @Test
  void divergenceAndBadNumbersAreErrors() {
    Exception diverged =
        assertThrows(ArithmeticException.class, () -> SMALL.sized(8, 200).steps(2, 0).fit(drawn));
    assertTrue(diverged.getMessage().contains("smaller learning rate"), diverged.getMessage());
    assertThrows(IllegalArgumentException.class, () -> SMALL.sized(0, 1));
    assertThrows(IllegalArgumentException.class, () -> SMALL.steps(0, 0));
    assertThrows(IllegalArgumentException.class, () -> SMALL.steps(0.1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> SMALL.fit(Ratings.builder().build()));
  }
}
