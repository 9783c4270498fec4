package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.MalformedFileException;
import io.talus.data.Ratings;
import io.talus.data.RatingsSplit;
import io.talus.op.Support;
import io.talus.train.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Models that are saved and loaded, and files that are none. */
class ModelFileTest {
  private static final long SEED = 6;
  private final Device java = Devices.require("java");
  @TempDir private Path folder;

  /** 30 users, 20 items, a third of all pairs; user 30 and item 20 have no rating. */
  private static Ratings ratings(boolean times) {
    Random random = new Random(SEED);
    var builder = Ratings.builder();
    for (int user = 0; user < 30; user++) {
      for (int item = 0; item < 20; item++) {
        if (random.nextInt(3) == 0) {
          float stars = 1 + random.nextInt(5);
          if (times) {
            builder.add("ü" + user, "i" + item, stars, 1000L * user + (1L << 40));
          } else {
            builder.add("ü" + user, "i" + item, stars);
          }
        }
      }
    }
    var more =
        times
            ? Ratings.builder().add("nobody", "nothing", 1, 1).build()
            : Ratings.builder().add("nobody", "nothing", 1).build();
    return RatingsSplit.join(builder.dropped(3).build(), more).train();
  }

  private static void assertSame(Ratings expected, Ratings found) {
    assertEquals(expected.toString(), found.toString());
    for (int user = 0; user < expected.users(); user++) {
      assertEquals(expected.userId(user), found.userId(user));
      assertEquals(expected.byUser().size(user), found.byUser().size(user));
    }
    assertEquals(expected.duplicates(), found.duplicates());
    for (int item = 0; item < expected.items(); item++) {
      assertEquals(expected.itemId(item), found.itemId(item));
    }
    for (int place = 0; place < expected.size(); place++) {
      assertEquals(expected.byUser().column(place), found.byUser().column(place));
      assertEquals(expected.byUser().value(place), found.byUser().value(place));
      if (expected.hasTimestamps()) {
        assertEquals(expected.timestamp(place), found.timestamp(place));
      }
    }
  }

  private static void assertSameScores(Recommender expected, Recommender found) {
    double[] scores = new double[expected.ratings().items()];
    double[] again = new double[scores.length];
    for (int user = 0; user < expected.ratings().users(); user++) {
      expected.score(user, scores);
      found.score(user, again);
      assertArrayEquals(scores, again, "seed " + SEED + ", user " + user);
    }
  }

  private static void assertSamePredictions(RatingPredictor expected, RatingPredictor found) {
    for (int user = 0; user < expected.ratings().users(); user++) {
      for (int item = 0; item < expected.ratings().items(); item++) {
        assertEquals(expected.predict(user, item), found.predict(user, item));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.recommend.RecommendDevices#all")
  void neighborsAreTheSameToTheBit(Device device) throws IOException {
    Path file = folder.resolve("m");
    Knn[] recipes = {
      Knn.ofItems(RatingSimilarity.COSINE.weighted(Weighting.bm25(1.7, 0.3)), 4),
      Knn.ofItems(RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.1f), 3).modelSize(9),
      Knn.ofItems(RatingSimilarity.CONDITIONAL_PROBABILITY, 3).topK(TopK.PER_COLUMN),
      Knn.ofUsers(RatingSimilarity.COSINE, 3).modelSize(9).topK(TopK.PER_COLUMN),
      Knn.ofUsers(RatingSimilarity.PEARSON_BASELINE, 5).centering(Centering.BASELINE),
      Knn.ofUsers(RatingSimilarity.PEARSON.supported(Support.atLeast(2).shrunk(2.5f)), 5)
          .centering(Centering.Z_SCORE)
          .minNeighbors(2),
    };
    for (Knn recipe : recipes) {
      KnnRecommender model = recipe.fit(device, ratings(recipe.amongUsers()));
      model.save(file);
      KnnRecommender loaded = KnnRecommender.load(file);
      assertEquals(recipe.toString(), loaded.knn().toString());
      assertEquals(recipe.similarity(), loaded.knn().similarity());
      assertEquals(recipe.modelSize(), loaded.knn().modelSize());
      assertEquals(recipe.minNeighbors(), loaded.knn().minNeighbors());
      assertEquals(recipe.topK(), loaded.knn().topK());
      assertEquals(model.neighbors().toString(), loaded.neighbors().toString());
      assertSame(model.ratings(), loaded.ratings());
      assertSameScores(model, loaded);
      assertSamePredictions(model, loaded);
    }
  }

  @Test
  void factorsAreTheSameToTheBit() throws IOException {
    Path file = folder.resolve("m");
    MatrixFactorization settings = new MatrixFactorization(7, 3, 0.01, 0.03, 0.2, -5);
    FactorizationModel model = settings.fit(ratings(true));
    model.save(file);
    FactorizationModel loaded = FactorizationModel.load(file);
    assertEquals(settings, loaded.settings());
    assertSame(model.ratings(), loaded.ratings());
    assertSameScores(model, loaded);
    assertSamePredictions(model, loaded);

    ImplicitFactorization implicit = new ImplicitFactorization(5, 2, 0.7, 0.2, Long.MIN_VALUE);
    ImplicitModel counted = implicit.fit(java, ratings(false));
    counted.save(file);
    assertEquals(implicit, ImplicitModel.load(file).settings());
    assertSameScores(counted, ImplicitModel.load(file));
  }

  /** Such as were written before there was a choice. */
  @Test
  void filesThatDoNotSayWhichSimilaritiesCountArePerRow() throws IOException {
    Path file = folder.resolve("early");
    Knn perColumn = Knn.ofItems(RatingSimilarity.COSINE, 2).topK(TopK.PER_COLUMN);
    KnnRecommender model = perColumn.fit(java, ratings(false));
    Map<String, Object> settings = KnnFile.describe(perColumn);
    settings.remove("topK");
    KnnFile.save(file, settings, model);
    KnnRecommender loaded = KnnRecommender.load(file);
    assertEquals(TopK.PER_ROW, loaded.knn().topK());
    assertSameScores(perColumn.topK(TopK.PER_ROW).fit(java, ratings(false)), loaded);
    settings.put("topK", "ALL");
    KnnFile.save(file, settings, model);
    String message =
        assertThrows(MalformedFileException.class, () -> KnnRecommender.load(file)).getMessage();
    assertTrue(message.contains("TopK.ALL"), message);
  }

  private byte[] saved() throws IOException {
    Path file = folder.resolve("good");
    Knn.ofItems(RatingSimilarity.COSINE, 2).fit(java, Golden.RATINGS).save(file);
    return Files.readAllBytes(file);
  }

  private String refused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("bad"), bytes);
    String message =
        assertThrows(MalformedFileException.class, () -> KnnRecommender.load(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message.substring((file + ": ").length());
  }

  @Test
  void everyCutAndEveryChangedByteIsFound() throws IOException {
    byte[] good = saved();
    for (int length = 0; length < good.length; length++) {
      refused(Arrays.copyOf(good, length));
    }
    assertTrue(refused(Arrays.copyOf(good, good.length - 1)).contains("cut off"));
    for (int at = 0; at < good.length; at++) {
      byte[] changed = good.clone();
      changed[at] ^= 1;
      refused(changed);
    }
  }

  @Test
  void otherKindsAreNamed() throws IOException {
    Path file = folder.resolve("other");
    MatrixFactorization.DEFAULT.sized(2, 1).fit(Golden.RATINGS).save(file);
    assertEquals(
        file + ": is a model of the kind 'matrix factorization'; expected 'neighbors'",
        assertThrows(MalformedFileException.class, () -> KnnRecommender.load(file)).getMessage());
    try (Network network = Network.builder(2).classes(2).build(java)) {
      network.save(file);
    }
    assertEquals(
        file + ": has no 'talus.model' in its metadata: it is no recommender saved by Talus",
        assertThrows(MalformedFileException.class, () -> ImplicitModel.load(file)).getMessage());
    assertTrue(refused("no model".getBytes(StandardCharsets.UTF_8)).contains("announces a header"));
  }

  @Test
  void anyKindIsLoadedAsWhatItIs() throws IOException {
    Path file = folder.resolve("any");
    Knn.ofUsers(RatingSimilarity.COSINE, 2).fit(java, Golden.RATINGS).save(file);
    assertTrue(((KnnRecommender) Recommender.load(file)).knn().amongUsers());
    MatrixFactorization.DEFAULT.sized(2, 1).fit(Golden.RATINGS).save(file);
    assertEquals(2, ((FactorizationModel) Recommender.load(file)).factors());
    ImplicitFactorization.DEFAULT.sized(3, 1).fit(java, Golden.RATINGS).save(file);
    assertEquals(3, ((ImplicitModel) Recommender.load(file)).factors());
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 100));
    assertThrows(MalformedFileException.class, () -> Recommender.load(file));
  }

  @Test
  void idsAreHeldToWhatTheyMustBe() {
    assertThrows(
        IllegalArgumentException.class, () -> Ratings.builder(List.of("a", "a"), List.of()));
    assertThrows(IllegalArgumentException.class, () -> Ratings.builder(List.of(""), List.of()));
    var builder = Ratings.builder(List.of("a"), List.of("x"));
    assertThrows(IllegalArgumentException.class, () -> builder.add(1, 0, 3));
    assertThrows(IllegalArgumentException.class, () -> builder.add(0, -1, 3));
    assertThrows(IllegalArgumentException.class, () -> builder.add(0, 0, Float.NaN));
    assertEquals(1, builder.add(0, 0, 3).build().size());
  }
}
