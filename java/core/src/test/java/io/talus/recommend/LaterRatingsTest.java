package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import io.talus.tensor.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model told of later ratings is, to the bit, the one fitted to all of them. */
class LaterRatingsTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final long SEED = 20;

  /** Of ratings below 0, those in which signs tell. */
  private static final List<RatingSimilarity> SIGNED =
      List.of(
          RatingSimilarity.DOT,
          RatingSimilarity.COSINE,
          RatingSimilarity.COMMON_COSINE,
          RatingSimilarity.PEARSON,
          RatingSimilarity.TANIMOTO,
          givenTheRow());

  /** Shares of ratings, not of counts. */
  private static RatingSimilarity givenTheRow() {
    RatingSimilarity dot = RatingSimilarity.DOT;
    return new RatingSimilarity(
        dot.measure(), dot.weighting(), dot.support(), dot.least(), /* givenTheRow= */ true);
  }

  /** Few different ratings, so that many similarities tie; from {@code least} on. */
  private static Ratings drawn(Random random, int users, int items, int least) {
    RatingsBuilder builder = Ratings.builder();
    for (int user = 0; user < users; user++) {
      for (int item = 0; item < items; item++) {
        // Some items have many ratings, some hardly any.
        if (random.nextInt(items) > item / 2 + items / 3) {
          builder.add("u" + user, "i" + item, least + random.nextInt(4));
        }
      }
    }
    return builder.build();
  }

  /** Ratings of two users who were there and a new one; an item anew, and new items. */
  private static Ratings later(Random random, int items, int least) {
    RatingsBuilder builder = Ratings.builder();
    for (String user : List.of("u3", "u7", "new")) {
      for (int rating = 0; rating < 2; rating++) {
        builder.add(user, "i" + random.nextInt(items), least + random.nextInt(4));
      }
    }
    return builder.add("u3", "another", least + 1).build();
  }

  private static List<RatingSimilarity> similarities() {
    List<RatingSimilarity> all = new ArrayList<>(RatingSimilarity.byName().values());
    all.add(RatingSimilarity.of(SparseMeasure.PEARSON));
    all.add(RatingSimilarity.COSINE.atLeast(0.3f));
    all.add(RatingSimilarity.PEARSON.atLeast(0.1f));
    all.add(RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.4f));
    all.add(RatingSimilarity.PEARSON.supported(Support.atLeast(3).shrunk(10)));
    all.add(RatingSimilarity.MEAN_SQUARED_DIFFERENCE.supported(Support.atLeast(2)));
    all.add(RatingSimilarity.COSINE.weighted(Weighting.TF_IDF));
    all.add(givenTheRow());
    return all;
  }

  private static void assertSame(KnnRecommender expected, KnnRecommender found, String what) {
    Neighbors anew = expected.neighbors();
    Neighbors updated = found.neighbors();
    assertEquals(anew.k(), updated.k(), what);
    assertArrayEquals(anew.starts(), updated.starts(), what);
    assertArrayEquals(anew.indices(), updated.indices(), what);
    assertArrayEquals(anew.similarities(), updated.similarities(), what);
    assertArrayEquals(
        expected.recommending().similarities(), found.recommending().similarities(), what);
    assertEquals(expected.ratings().toString(), found.ratings().toString(), what);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void theSameAsFittedAnew(Device device) {
    Random random = new Random(SEED);
    for (int least : new int[] {1, -2}) {
      Ratings early = drawn(random, 33, 25, least);
      Ratings later = later(random, 25, least);
      for (RatingSimilarity similarity : similarities()) {
        if (least < 0 && !SIGNED.contains(similarity)) {
          continue;
        }
        for (int k : new int[] {4, 1000}) {
          Knn items = Knn.ofItems(similarity, k);
          Knn users = Knn.ofUsers(similarity, k);
          List<Knn> recipes = new ArrayList<>(List.of(items, users));
          if (similarity.givenTheRow()) {
            recipes.add(items.topK(TopK.PER_COLUMN));
            recipes.add(users.topK(TopK.PER_COLUMN));
          }
          for (Knn recipe : recipes) {
            KnnRecommender updated = recipe.fit(device, early).with(device, later);
            KnnRecommender anew = recipe.fit(device, early.with(later));
            assertSame(anew, updated, "seed " + SEED + ", from " + least + ": " + recipe);
          }
        }
      }
    }
  }

  private static Neighbors updated(Device device, Knn recipe, Ratings early, Ratings all) {
    RatingsMatrix before = recipe.similarity().weighting().apply(early, recipe.amongUsers());
    RatingsMatrix weights = recipe.similarity().weighting().apply(all, recipe.amongUsers());
    Neighbors known = recipe.fit(device, early).neighbors();
    return NeighborUpdate.of(device, recipe, known, before, weights, Long.MAX_VALUE);
  }

  @Test
  void onlyWhatWeightsOfAllRowsChangeIsFittedAnew() {
    Device device = Devices.require("java");
    Random random = new Random(SEED);
    Ratings early = drawn(random, 60, 25, 1);
    Ratings all = early.with(Ratings.builder().add("u3", "i4", 5).add("new", "i20", 1).build());
    for (RatingSimilarity similarity :
        List.of(
            RatingSimilarity.COSINE,
            RatingSimilarity.PEARSON,
            RatingSimilarity.EUCLIDEAN,
            RatingSimilarity.JACCARD,
            RatingSimilarity.CONDITIONAL_PROBABILITY)) {
      assertNotNull(updated(device, Knn.ofItems(similarity, 5), early, all), similarity.toString());
      assertNotNull(updated(device, Knn.ofUsers(similarity, 5), early, all), similarity.toString());
    }
    for (RatingSimilarity similarity :
        List.of(
            RatingSimilarity.COSINE.weighted(Weighting.BM25),
            RatingSimilarity.PEARSON_BASELINE,
            RatingSimilarity.of(SparseMeasure.PEARSON))) {
      assertNull(updated(device, Knn.ofItems(similarity, 5), early, all), similarity.toString());
    }
    Knn shares = Knn.ofUsers(givenTheRow(), 5);
    assertNull(updated(device, shares, early, all));
    assertNotNull(updated(device, shares.topK(TopK.PER_COLUMN), early, all));
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void aRatingAtATimeAddsUp(Device device) {
    Random random = new Random(SEED);
    Ratings all = drawn(random, 20, 15, 1);
    Knn recipe =
        Knn.ofItems(RatingSimilarity.COSINE, 4).centering(Centering.BASELINE).topK(TopK.PER_COLUMN);
    KnnRecommender model = recipe.fit(device, all);
    for (int step = 0; step < 12; step++) {
      String user = "u" + random.nextInt(25);
      String item = "i" + random.nextInt(18);
      Ratings one = Ratings.builder().add(user, item, 1 + random.nextInt(4)).build();
      all = all.with(one);
      model = model.with(device, one);
      assertSame(recipe.fit(device, all), model, "seed " + SEED + ", step " + step);
    }
    assertEquals(recipe.fit(device, all).predict("u1", "i1"), model.predict("u1", "i1"));
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void nothingNewChangesNothing(Device device) {
    Ratings early = drawn(new Random(SEED), 20, 15, 1);
    Knn recipe = Knn.ofItems(RatingSimilarity.PEARSON, 4);
    KnnRecommender model = recipe.fit(device, early);
    assertSame(model, model.with(device, Ratings.builder().build()), "nothing");
    String rated = early.itemId(early.byUser().column(0));
    Ratings same = Ratings.builder().add(early.userId(0), rated, early.byUser().value(0)).build();
    assertArrayEquals(
        model.neighbors().similarities(), model.with(device, same).neighbors().similarities());
  }

  @Test
  void impossibleUpdatesAreRefused() {
    Device device = Devices.require("cpu");
    Ratings early = drawn(new Random(SEED), 20, 15, 1);
    KnnRecommender model = Knn.ofItems(RatingSimilarity.COSINE, 4).fit(device, early);
    Ratings timed = Ratings.builder().add("u0", "i0", 3, 5).build();
    assertThrows(IllegalArgumentException.class, () -> model.with(device, timed));
    Ratings one = Ratings.builder().add("u0", "i0", 0.5f).build();
    assertThrows(DeviceException.class, () -> model.with(device, one, 100));
  }

  @Test
  void rankedNumbersAreInTheOrderOfNeighbors() {
    float[] falling = {Float.MAX_VALUE, 1, 0.5f, Float.MIN_VALUE, 0, -0f, -1e-30f, -1, -3e38f};
    long before = Long.MIN_VALUE;
    for (float similarity : falling) {
      for (int index : new int[] {0, 1, Integer.MAX_VALUE}) {
        long ranked = Ranked.of(index, similarity);
        assertEquals(index, Ranked.index(ranked));
        assertEquals(similarity, Ranked.similarity(ranked));
        assertTrue(ranked > before, similarity + " " + index);
        before = ranked;
      }
    }
  }
}
