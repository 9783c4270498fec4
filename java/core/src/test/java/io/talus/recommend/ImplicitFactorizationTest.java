package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImplicitFactorizationTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final long SEED = 9;
  private static final ImplicitFactorization SMALL =
      ImplicitFactorization.DEFAULT.sized(6, 5).seed(SEED);

  private final Ratings drawn = SyntheticRatings.clustered(200, 80, 4, 15, SEED).ratings();

  /** One factor, so that each of the equations is a division. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void solvesTheNormalEquations(Device device) {
    Ratings counts = Ratings.builder().add("u", "i", 3).add("u", "j", 1).add("v", "j", 2).build();
    ImplicitModel model = SMALL.sized(1, 30).weighed(2, 0.5).fit(device, counts);
    float[] x = model.users().values();
    float[] y = model.items().values();
    double xx = (double) x[0] * x[0] + (double) x[1] * x[1];
    // Confidences 7, 3 and 5; the items were solved last.
    assertEquals(7 * x[0] / (xx + 6 * x[0] * x[0] + 0.5), y[0], 1e-5);
    double j = 3 * x[0] + 5 * x[1];
    assertEquals(j / (xx + 2 * x[0] * x[0] + 4 * x[1] * x[1] + 0.5), y[1], 1e-5);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void lossNeverRisesAndIsWhatItSays(Device device) {
    List<Double> losses = new ArrayList<>();
    ImplicitModel model =
        SMALL.weighed(0.5, 0.3).fit(device, drawn, (sweep, loss) -> losses.add(loss));
    for (int sweep = 1; sweep < losses.size(); sweep++) {
      // The products of whole matrices are in float32.
      assertTrue(losses.get(sweep) <= losses.get(sweep - 1) * (1 + 1e-5), losses.toString());
    }
    double expected = 0.3 * (model.users().sumOfSquares() + model.items().sumOfSquares());
    for (int user = 0; user < drawn.users(); user++) {
      for (int item = 0; item < drawn.items(); item++) {
        int place = drawn.byUser().find(user, item);
        double count = place < 0 ? 0 : drawn.byUser().value(place);
        double off = (count > 0 ? 1 : 0) - model.users().dot(user, model.items(), item);
        expected += (1 + 0.5 * count) * off * off;
      }
    }
    assertEquals(expected, losses.get(losses.size() - 1), 1e-4 * expected);
  }

  @Test
  void sameBitsOnAnyNumberOfThreads() throws Exception {
    Device device = Devices.best();
    float[] once = SMALL.fit(device, drawn).items().values();
    ForkJoinPool one = new ForkJoinPool(1);
    try {
      assertArrayEquals(once, one.submit(() -> SMALL.fit(device, drawn).items().values()).get());
    } finally {
      one.shutdown();
    }
  }

  @Test
  void recommendationsBeatPopularity() {
    RatingsSplit split = RatingsSplit.leaveOneOut(drawn, SEED);
    double popular = RankingMetrics.of(new PopularityRecommender(split.train()), split, 10).ndcg();
    double own = RankingMetrics.of(SMALL.fit(Devices.best(), split.train()), split, 10).ndcg();
    assertTrue(own > 1.5 * popular, own + " against " + popular + ", seed " + SEED);
  }

  @Test
  void badInputIsRefused() {
    Device device = Devices.best();
    Ratings negative = Ratings.builder().add("u", "i", -1).build();
    assertThrows(IllegalArgumentException.class, () -> SMALL.fit(device, negative));
    assertThrows(
        IllegalArgumentException.class, () -> SMALL.fit(device, Ratings.builder().build()));
    assertThrows(IllegalArgumentException.class, () -> SMALL.weighed(1, 0));
    assertThrows(IllegalArgumentException.class, () -> SMALL.weighed(-1, 1));
    Ratings huge = Ratings.builder().add("u", "i", 1e38f).add("v", "i", 1).build();
    assertThrows(ArithmeticException.class, () -> SMALL.weighed(1e300, 1e-9).fit(device, huge));
  }
}
