package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Worked by hand. */
class RankingMetricsTest {
  private static final double TOLERANCE = 1e-12;
  private static final double NONE = Double.NaN;

  /** Items a to e; e and d have no training rating. Nothing of cat and dan is held out. */
  private static final RatingsSplit SPLIT =
      RatingsSplit.join(
          Ratings.builder()
              .add("ann", "a", 3)
              .add("bob", "b", 3)
              .add("cat", "c", 3)
              .add("dan", "b", 3)
              .add("dan", "c", 3)
              .build(),
          Ratings.builder()
              .add("bob", "a", 5)
              .add("ann", "c", 2)
              .add("cat", "c", 1)
              .add("bob", "d", 1)
              .add("ann", "e", 4)
              .build());

  /**
   * ann: b, c, d, e compete, c and e are relevant, b c d is the ranking, e has no score. bob: a, c,
   * d, e compete, a is relevant where 1 is too low a rating for d; a, with the smaller index, comes
   * before c at the same score: d a c.
   */
  private static final Fixed RECOMMENDER =
      new Fixed(
          SPLIT.train(),
          new double[][] {{9, 3, 2, 1, NONE}, {1, 9, 1, 2, NONE}, {1, 1, 1, 1, 1}, {}});

  private record Fixed(Ratings ratings, double[][] scores) implements Recommender {
    @Override
    public void score(int user, double[] into) {
      System.arraycopy(scores[user], 0, into, 0, into.length);
    }
  }

  private static final double SECOND = Math.log(2) / Math.log(3);

  @Test
  void theFixtureIsAsDescribed() {
    assertEquals("[a, b, c, d, e]", ids(SPLIT.train()).toString());
  }

  private static List<String> ids(Ratings ratings) {
    return IntStream.range(0, ratings.items()).mapToObj(ratings::itemId).toList();
  }

  @Test
  void formulas() {
    RankingMetrics metrics =
        RankingMetrics.of(RECOMMENDER, SPLIT, RankingProtocol.top(3).relevantFrom(2));
    assertEquals(3, metrics.k());
    assertEquals(2, metrics.users(), "cat has rated c before");
    assertEquals(1, metrics.hitRate(), TOLERANCE);
    assertEquals((1 / 3.0 + 1 / 3.0) / 2, metrics.precision(), TOLERANCE);
    assertEquals((1 / 2.0 + 1) / 2, metrics.recall(), TOLERANCE);
    assertEquals((SECOND / (1 + SECOND) + SECOND) / 2, metrics.ndcg(), TOLERANCE);
    assertEquals((1 / 2.0 / 2 + 1 / 2.0) / 2, metrics.map(), TOLERANCE);
    assertEquals(1 / 2.0, metrics.mrr(), TOLERANCE);
    // ann: c beats d and loses to b, e loses to both. bob: a loses to d, equals c, beats e.
    assertEquals((1 / 4.0 + 1.5 / 3) / 2, metrics.auc(), TOLERANCE);
    assertEquals(4 / 5.0, metrics.coverage(), TOLERANCE);
    // Of 4 users 1 rated a, 2 each b and c; d counts as rated by one.
    assertEquals(((1 + 1 + 2) / 3.0 + (2 + 2 + 1) / 3.0) / 2, metrics.novelty(), TOLERANCE);
  }

  @Test
  void everyHeldOutItemIsRelevantUnlessSaidOtherwise() {
    RankingMetrics metrics = RankingMetrics.of(RECOMMENDER, SPLIT, 3);
    // bob: d and a are relevant and come first.
    assertEquals((1 / 3.0 + 2 / 3.0) / 2, metrics.precision(), TOLERANCE);
    assertEquals((1 / 2.0 / 2 + (1 + 1) / 2.0) / 2, metrics.map(), TOLERANCE);
    assertEquals((SECOND / (1 + SECOND) + 1) / 2, metrics.ndcg(), TOLERANCE);
    assertEquals((1 / 2.0 + 1) / 2, metrics.mrr(), TOLERANCE);
  }

  @Test
  void shortListsHaveABestOfTheirOwn() {
    // k = 1 with two relevant items: the best is one hit, and ann has none.
    RankingMetrics metrics = RankingMetrics.of(RECOMMENDER, SPLIT, 1);
    assertEquals((0 + 1) / 2.0, metrics.ndcg(), TOLERANCE);
    assertEquals((0 + 1) / 2.0, metrics.map(), TOLERANCE);
    assertEquals((0 + 1) / 2.0, metrics.mrr(), TOLERANCE);
    assertEquals((0 + 1 / 2.0) / 2, metrics.recall(), TOLERANCE);
    assertEquals(2 / 5.0, metrics.coverage(), TOLERANCE);
  }

  @Test
  void sampledNegativesCompeteAlone() {
    RankingProtocol all = RankingProtocol.top(3);
    assertEquals(
        RankingMetrics.of(RECOMMENDER, SPLIT, all),
        RankingMetrics.of(RECOMMENDER, SPLIT, all.sampledNegatives(9, 5)),
        "all others are sampled");
    int withB = 0;
    int draws = 2000;
    for (int seed = 0; seed < draws; seed++) {
      RankingProtocol one = all.sampledNegatives(1, seed);
      UserRanking ann = new RankingJudge(RECOMMENDER, SPLIT, one).judge(0);
      // c, and b before it or d after it; e has no score.
      assertEquals(2, ann.recommended().length);
      assertEquals(1, ann.hits());
      withB += ann.hit()[0] ? 0 : 1;
      assertEquals(ann.hit()[0] ? 1 / 2.0 : 0, ann.auc());
    }
    // Five deviations of the binomial distribution.
    assertEquals(draws / 2.0, withB, 5 * Math.sqrt(draws / 4.0));
  }

  @Test
  void anEmptyListHitsNothing() {
    Fixed silent = new Fixed(SPLIT.train(), new double[4][]);
    Arrays.setAll(silent.scores(), user -> new double[] {NONE, NONE, NONE, NONE, NONE});
    RankingMetrics metrics = RankingMetrics.of(silent, SPLIT, 3);
    assertEquals(0, metrics.hitRate());
    assertEquals(0, metrics.ndcg());
    assertEquals(0, metrics.coverage());
    assertEquals(1 / 2.0, metrics.auc(), TOLERANCE, "all are equal");
    assertTrue(Double.isNaN(metrics.novelty()));
    assertNull(new RankingJudge(silent, SPLIT, RankingProtocol.top(3)).judge(2));
  }

  /** A perfect ranking of many users has 1 in everything that can be 1. */
  @Test
  void whoKnowsTheAnswerGetsFullMarks() {
    RatingsSplit split = RatingsSplit.userWise(SyntheticRatings.zipf(150, 90, 3000, 8), 0.2, 8);
    Recommender oracle =
        new Recommender() {
          @Override
          public Ratings ratings() {
            return split.train();
          }

          @Override
          public void score(int user, double[] scores) {
            for (int item = 0; item < scores.length; item++) {
              scores[item] = split.test().byUser().find(user, item) >= 0 ? 1 : 0;
            }
          }
        };
    RankingMetrics metrics = RankingMetrics.of(oracle, split, 5);
    assertEquals(1, metrics.hitRate(), TOLERANCE);
    assertEquals(1, metrics.ndcg(), TOLERANCE);
    assertEquals(1, metrics.map(), TOLERANCE);
    assertEquals(1, metrics.mrr(), TOLERANCE);
    assertEquals(1, metrics.auc(), TOLERANCE);
  }

  @Test
  void badProtocolsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> RankingProtocol.top(0));
    RankingProtocol top = RankingProtocol.top(1);
    assertThrows(IllegalArgumentException.class, () -> top.sampledNegatives(0, 1));
    assertThrows(IllegalArgumentException.class, () -> top.relevantFrom(Float.NaN));
  }
}
