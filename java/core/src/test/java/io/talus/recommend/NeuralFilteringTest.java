package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.DataFolder;
import io.talus.data.MalformedFileException;
import io.talus.data.Ratings;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.data.SyntheticRatings;
import io.talus.train.EpochResult;
import io.talus.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NeuralFilteringTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final long SEED = 5;
  private static final int USERS = 30;
  private static final int ITEMS = 25;
  private static final NeuralFiltering SMALL =
      NeuralFiltering.DEFAULT.sized(8, 16).steps(10, 32, 0.03).heldBack(0, 0).seed(SEED);

  private final Device java = Devices.require("java");
  private final Ratings drawn = SyntheticRatings.clustered(120, 60, 4, 20, SEED).ratings();
  @TempDir private Path folder;

  private static NeuralFiltering epochs(int epochs) {
    return SMALL.steps(epochs, 32, 0.03);
  }

  /** Users and items of two kinds, told by no number: 5 for one's own kind, else 1. */
  private static RatingsSplit twoKinds() {
    Random random = new Random(SEED);
    var train = Ratings.builder();
    var test = Ratings.builder();
    for (int user = 0; user < USERS; user++) {
      for (int item = 0; item < ITEMS; item++) {
        float rating = isOwn(user, item) ? 5 : 1;
        (random.nextInt(5) == 0 ? test : train).add("u" + user, "i" + item, rating);
      }
    }
    return RatingsSplit.join(train.build(), test.build());
  }

  private static boolean isOwn(int user, int item) {
    return user * user % 7 % 2 == item * item % 5 % 2;
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void learnsWhoLikesWhat(Device device) {
    RatingsSplit split = twoKinds();
    List<Double> losses = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochResult result) {
            losses.add(result.dataLoss());
          }
        };
    try (NeuralRecommender model = epochs(14).fit(device, split.train(), listener)) {
      assertTrue(losses.get(13) < 0.5 * losses.get(0), losses.toString());
      double own = RatingMetrics.of(model, split).rmse();
      double baselines = RatingMetrics.of(Baselines.fit(split.train()), split).rmse();
      assertTrue(own < 0.8 && baselines > 1.5, own + " against " + baselines + ", seed " + SEED);
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void learnsFromWhatIsThereAlone(Device device) {
    RatingsSplit split = twoKinds();
    var liked = Ratings.builder();
    RatingsMatrix byUser = split.train().byUser();
    for (int user = 0; user < byUser.rows(); user++) {
      for (int place = byUser.start(user); place < byUser.end(user); place++) {
        if (byUser.value(place) == 5) {
          liked.add(split.train().userId(user), split.train().itemId(byUser.column(place)), 2);
        }
      }
    }
    Ratings counts = liked.build();
    try (NeuralRecommender model = epochs(14).negatives(1).fit(device, counts)) {
      assertArrayEquals(new float[] {0, 1}, model.scale());
      double right = 0;
      for (int user = 0; user < USERS; user++) {
        right += preferred(model, user) ? 1 : 0;
      }
      assertTrue(right > 0.8 * USERS, right + " of " + USERS + ", seed " + SEED);
    }
  }

  /** Whether what a user has not yet scores better where it is of the own kind, in the mean. */
  private static boolean preferred(NeuralRecommender model, int user) {
    double[] scores = new double[ITEMS];
    model.score(user, scores);
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int item = 0; item < ITEMS; item++) {
      if (model.ratings().byUser().find(user, item) < 0) {
        int own = isOwn(user, Integer.parseInt(model.ratings().itemId(item).substring(1))) ? 1 : 0;
        sums[own] += scores[item];
        counts[own]++;
      }
    }
    return counts[1] == 0 || sums[1] / counts[1] > sums[0] / counts[0];
  }

  @Test
  void predictsTheExpectedRating() {
    try (NeuralRecommender model = epochs(2).fit(java, drawn)) {
      float[] scale = model.scale();
      assertArrayEquals(new float[] {1, 2, 3, 4, 5}, scale);
      Prediction[] all = model.predictAll(drawn);
      double[] scores = new double[drawn.items()];
      model.score(7, scores);
      for (int place = drawn.byUser().start(7); place < drawn.byUser().end(7); place++) {
        int item = drawn.byUser().column(place);
        float[] probabilities = model.probabilities(7, item);
        double expected = 0;
        double sum = 0;
        for (int step = 0; step < scale.length; step++) {
          expected += probabilities[step] * scale[step];
          sum += probabilities[step];
        }
        assertEquals(1, sum, 1e-5);
        assertEquals(expected, all[place].value(), 1e-4);
        assertEquals(all[place].value(), model.predict(7, item).value(), 1e-6);
        assertEquals(all[place].value(), scores[item], 1e-6);
        assertEquals(Prediction.Lack.NOTHING, all[place].lack());
      }
    }
  }

  @Test
  void theSeedDecidesEveryBit() {
    try (NeuralRecommender once = epochs(2).fit(java, drawn);
        NeuralRecommender again = epochs(2).fit(java, drawn);
        NeuralRecommender other = epochs(2).seed(SEED + 1).fit(java, drawn)) {
      assertArrayEquals(once.predictAll(drawn), again.predictAll(drawn));
      assertFalse(Arrays.equals(once.predictAll(drawn), other.predictAll(drawn)));
    }
  }

  /** What nobody knows is predicted as what is to be expected of anybody. */
  @Test
  void whoHasNoRatingsCountsAsUnknown() {
    RatingsSplit split =
        RatingsSplit.join(
            drawn, Ratings.builder().add("new", drawn.itemId(3), 3).add("new", "fresh", 3).build());
    try (NeuralRecommender model = epochs(8).fit(java, split.train())) {
      Prediction ofNew = model.predict("new", drawn.itemId(3));
      assertEquals(Prediction.Lack.USER_WITHOUT_RATINGS, ofNew.lack());
      assertEquals(drawn.byItem().mean(3), ofNew.value(), 0.8, "seed " + SEED);
      Prediction ofFresh = model.predict(drawn.userId(5), "fresh");
      assertEquals(Prediction.Lack.ITEM_WITHOUT_RATINGS, ofFresh.lack());
      assertEquals(drawn.byUser().mean(5), ofFresh.value(), 0.8, "seed " + SEED);
      assertEquals(drawn.mean(), model.predict("new", "fresh").value(), 0.6, "seed " + SEED);
      assertEquals(drawn.items(), model.recommend("new", 1000).size(), "nobody rated 'fresh'");
    }
  }

  @Test
  void aSavedModelPredictsTheSameBits() throws IOException {
    Path file = folder.resolve("m");
    NeuralFiltering settings = SMALL.sized(3, 5, 4).steps(1, 32, 0.01).heldBack(0, 0).seed(-9);
    for (NeuralFiltering each : List.of(settings, SMALL.sized(2).steps(1, 99, 1).negatives(1))) {
      long memory = java.memoryBytes();
      try (NeuralRecommender model = each.fit(java, drawn)) {
        model.save(file);
        try (NeuralRecommender loaded = NeuralRecommender.load(file, java)) {
          assertEquals(each, loaded.settings());
          assertArrayEquals(model.scale(), loaded.scale());
          assertEquals(model.network().layers(), loaded.network().layers());
          assertArrayEquals(model.predictAll(drawn), loaded.predictAll(loaded.ratings()));
          assertEquals(model.recommend(1, 9), loaded.recommend(1, 9));
        }
      }
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length += 997) {
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, length));
        assertThrows(MalformedFileException.class, () -> NeuralRecommender.load(cut, java));
      }
      assertEquals(memory, java.memoryBytes());
    }
    MatrixFactorization.DEFAULT.sized(2, 1).fit(drawn).save(file);
    assertEquals(
        file + ": is a model of the kind 'matrix factorization'; expected 'neural filtering'",
        assertThrows(MalformedFileException.class, () -> NeuralRecommender.load(file, java))
            .getMessage());
  }

  @Test
  void aClosedModelSaysSo() {
    NeuralRecommender model = epochs(1).fit(java, drawn);
    model.close();
    model.close();
    assertThrows(IllegalStateException.class, () -> model.predict(0, 0));
  }

  private static void assertRefused(String expected, Executable what) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    assertTrue(message.contains(expected), message);
  }

  @Test
  void whatCannotBeLearnedIsRefused() {
    long memory = java.memoryBytes();
    assertRefused("no rating", () -> SMALL.fit(java, Ratings.builder().build()));
    assertRefused(
        "there is no rating above 0",
        () -> SMALL.negatives(1).fit(java, drawn.map(rating -> -rating)));
    var fine = Ratings.builder();
    for (int i = 0; i <= 100; i++) {
      fine.add("u" + i % 7, "i" + i, i / 10f);
    }
    assertRefused("101 different ratings", () -> SMALL.fit(java, fine.build()));
    assertRefused("dimensions is 0", () -> SMALL.sized(0));
    assertRefused("hidden is 0", () -> SMALL.sized(3, 4, 0));
    assertRefused("epochs is 0", () -> SMALL.steps(0, 1, 1));
    assertRefused("batch is 0", () -> SMALL.steps(1, 0, 1));
    assertRefused("learningRate is NaN", () -> SMALL.steps(1, 1, Double.NaN));
    assertRefused("dropout is 1.0", () -> SMALL.heldBack(1, 0));
    assertRefused("decay is -1.0", () -> SMALL.heldBack(0, -1));
    assertRefused("negatives is -1", () -> SMALL.negatives(-1));
    assertEquals(memory, java.memoryBytes());
  }

  /** Users who have rated all there is have no item for a 0. */
  @Test
  void countsWithoutAnythingLeftOut() {
    Ratings all = Ratings.builder().add("a", "x", 1).add("a", "y", 2).add("b", "x", 3).build();
    try (NeuralRecommender model = epochs(1).negatives(2).fit(java, all)) {
      assertEquals(1, model.recommend("b", 5).size());
    }
  }

  /** On one device; measured 0.928, where baselines alone reach 0.96. */
  @Test
  void predictsMovieLens() throws IOException {
    RatingsSplit split =
        RatingsSplit.join(
            RatingsReader.read(DataFolder.require("ml-100k/u1.base")),
            RatingsReader.read(DataFolder.require("ml-100k/u1.test")));
    try (NeuralRecommender model = NeuralFiltering.DEFAULT.fit(Devices.best(), split.train())) {
      RatingMetrics metrics = RatingMetrics.of(model, split);
      assertEquals(0.928, metrics.rmse(), 0.006, metrics.toString());
    }
  }
}
