package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import io.talus.data.RatingsSplit;
import io.talus.op.SimilarityMeasure;
import io.talus.op.Support;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Similarities kept per row and per column: by hand, and beside the whole matrix. */
class TopKTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";
  private static final long SEED = 31;
  private static final Device JAVA = Devices.require("java");

  /** As in "z 3.84, y 0.60". */
  private static String text(List<Scored> items) {
    return items.stream()
        .map(item -> String.format("%s %.2f", item.id(), item.score()))
        .collect(Collectors.joining(", "));
  }

  /**
   * One neighbour of each of {@link Golden}: w has x (0.96), x has w, y has z (0.60), z has w
   * (0.64). So rows keep wx, xw, yz and zw, columns xw, wx, zy and wz.
   */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void amongItems(Device device) {
    Knn one = Knn.ofItems(RatingSimilarity.COSINE, 1);
    KnnRecommender perRow = one.fit(device, Golden.RATINGS);
    KnnRecommender perColumn = one.topK(TopK.PER_COLUMN).fit(device, Golden.RATINGS);
    assertEquals("", text(perRow.recommend("ann", 3)), "z is near none");
    assertEquals("z 1.92", text(perColumn.recommend("ann", 3))); // 0.64 * 3
    assertEquals("", text(perRow.recommend("bob", 3)), "y is near none");
    assertEquals("y 2.40", text(perColumn.recommend("bob", 3))); // 0.6 * 4
    assertEquals("w 1.92", text(perRow.recommend("cat", 3))); // 0.64 * 3
    assertEquals("", text(perColumn.recommend("cat", 3)), "w has x, x has w");
    assertEquals(perRow.similarItems("z", 3), perColumn.similarItems("z", 3));
    assertEquals(perRow.predict("ann", "z"), perColumn.predict("ann", "z"));
  }

  /** u . v: ann bob 22, ann cat 10, bob cat 26. ann is nearest to nobody, bob to both others. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void amongUsers(Device device) {
    Ratings ratings =
        Ratings.builder()
            .add("ann", "p", 1)
            .add("ann", "q", 5)
            .add("bob", "p", 2)
            .add("bob", "q", 4)
            .add("bob", "r", 3)
            .add("cat", "p", 5)
            .add("cat", "q", 1)
            .add("cat", "r", 4)
            .build();
    Knn one = Knn.ofUsers(SimilarityMeasure.DOT, 1);
    KnnRecommender perRow = one.fit(device, ratings);
    KnnRecommender perColumn = one.topK(TopK.PER_COLUMN).fit(device, ratings);
    assertEquals("r 66.00", text(perRow.recommend("ann", 3))); // bob's 22 * 3
    assertEquals("", text(perColumn.recommend("ann", 3)));
    assertEquals("p 130.00, r 104.00, q 26.00", text(perRow.recommend(1, 3, Seen.INCLUDED)));
    // ann's 22 * 1 + cat's 26 * 5, 22 * 5 + 26 * 1, 26 * 4.
    assertEquals("p 152.00, q 136.00, r 104.00", text(perColumn.recommend(1, 3, Seen.INCLUDED)));
    assertEquals("q 104.00, r 78.00, p 52.00", text(perColumn.recommend(2, 3, Seen.INCLUDED)));
  }

  /** s(y, z) is 1, s(z, y) a half; w and x are alike, half of z's users have each. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void sharesAreRankedByWhoseTheyAre(Device device) {
    Knn two = Knn.ofItems(RatingSimilarity.CONDITIONAL_PROBABILITY, 2);
    KnnRecommender perRow = two.fit(device, Golden.RATINGS);
    KnnRecommender perColumn = two.topK(TopK.PER_COLUMN).fit(device, Golden.RATINGS);
    assertEquals("w 0.50, x 0.50", text(perRow.similarItems("z", 3)));
    assertEquals("y 1.00, w 0.50", text(perColumn.similarItems("z", 3)));
    assertEquals("z 1.00", text(perRow.similarItems("y", 3)));
    assertEquals("z 0.50", text(perColumn.similarItems("y", 3)));
    assertEquals("z 3.50", text(perRow.recommend("ann", 3))); // 3 / 2 + 4 / 2
    assertEquals("z 1.50", text(perColumn.recommend("ann", 3))); // w alone
    assertEquals("", text(perRow.recommend("bob", 3)), "z speaks for w and x");
    assertEquals("y 2.00", text(perColumn.recommend("bob", 3))); // 4 / 2
    Prediction prediction = perColumn.predict("bob", "y");
    assertEquals(2 + 0.5 * (4 - 3.5) / 0.5, prediction.value(), 1e-6);
    assertEquals(List.of(new UsedNeighbor(3, "z", 0.5, 4)), perColumn.explain(2, 2));
  }

  /** Few different ratings, so that many similarities tie; a user and an item have none. */
  private static Ratings drawn(Random random, int least) {
    RatingsBuilder builder = Ratings.builder();
    for (int user = 0; user < 31; user++) {
      for (int item = 0; item < 26; item++) {
        if (random.nextInt(26) > item / 2 + 6) {
          builder.add("u" + user, "i" + item, least + random.nextInt(3));
        }
      }
    }
    Ratings alone = Ratings.builder().add("nobody", "nothing", 1).build();
    return RatingsSplit.join(builder.build(), alone).train();
  }

  private static double[] recommended(KnnRecommender model, int user) {
    double[] scores = new double[model.ratings().items()];
    model.score(user, scores);
    return scores;
  }

  /** Without what is not among the k largest of each row, or of each column; nothing becomes 0. */
  private static double[][] trimmed(double[][] whole, int k, TopK topK) {
    int n = whole.length;
    double[][] kept = new double[n][n];
    for (int line = 0; line < n; line++) {
      int fixed = line;
      boolean rows = topK == TopK.PER_ROW;
      IntStream.range(0, n)
          .filter(other -> other != fixed)
          .boxed()
          .sorted(
              Comparator.comparingDouble(
                  other -> -(rows ? whole[fixed][other] : whole[other][fixed])))
          .limit(k)
          .forEach(
              other -> {
                int row = rows ? fixed : other;
                int column = rows ? other : fixed;
                kept[row][column] = whole[row][column];
              });
    }
    return kept;
  }

  /** The sum as it stands in {@link TopK}; of similarities above 0 alone. */
  private static double score(Knn recipe, Ratings ratings, double[][] kept, int user, int item) {
    boolean any = false;
    double sum = 0;
    RatingsMatrix byUser = ratings.byUser();
    for (int row = 0; row < kept.length; row++) {
      int rater = recipe.amongUsers() ? row : user;
      int rated = recipe.amongUsers() ? item : row;
      double similarity = recipe.amongUsers() ? kept[user][row] : kept[row][item];
      int place = byUser.find(rater, rated);
      if (place >= 0 && similarity > 0) {
        any = true;
        sum += similarity * byUser.value(place);
      }
    }
    return any ? sum : Double.NaN;
  }

  private static void assertScores(Knn recipe, KnnRecommender model, double[][] whole, double eps) {
    Ratings ratings = model.ratings();
    double[][] kept = trimmed(whole, recipe.k(), recipe.topK());
    for (int user = 0; user < ratings.users(); user++) {
      double[] scores = recommended(model, user);
      for (int item = 0; item < scores.length; item++) {
        double expected = score(recipe, ratings, kept, user, item);
        String what = "seed " + SEED + ", " + recipe + ", user " + user + ", item " + item;
        // A term for each row, of ratings up to 3.
        assertEquals(expected, scores[item], eps * whole.length * 3 * largest(whole), what);
      }
    }
  }

  private static double largest(double[][] whole) {
    double most = 0;
    for (double[] row : whole) {
      for (double value : row) {
        most = Math.max(most, Math.abs(value));
      }
    }
    return most;
  }

  private static List<Knn> recipes(RatingSimilarity similarity) {
    List<Knn> all = new ArrayList<>();
    for (int k : new int[] {1, 4, 1000}) {
      for (TopK topK : TopK.values()) {
        all.add(Knn.ofItems(similarity, k).topK(topK));
        all.add(Knn.ofUsers(similarity, k).modelSize(k + 5).topK(topK));
      }
    }
    return all;
  }

  /** Products and shares of small whole numbers tie in double exactly where they do in float. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void scoresAreTheSumsOfWhatIsKept(Device device) {
    Ratings ratings = drawn(new Random(SEED), 1);
    for (RatingSimilarity similarity :
        List.of(RatingSimilarity.DOT, RatingSimilarity.CONDITIONAL_PROBABILITY)) {
      for (Knn recipe : recipes(similarity)) {
        RatingsMatrix rows = recipe.amongUsers() ? ratings.byUser() : ratings.byItem();
        double[][] whole = new double[rows.rows()][rows.rows()];
        for (int x = 0; x < whole.length; x++) {
          for (int z = 0; z < whole.length; z++) {
            whole[x][z] = x == z ? 0 : inDouble(similarity, rows, x, z);
          }
        }
        // Shares are rounded to float, products are whole.
        assertScores(recipe, recipe.fit(device, ratings), whole, 0x1p-24);
      }
    }
  }

  private static double inDouble(RatingSimilarity similarity, RatingsMatrix rows, int x, int z) {
    double products = 0;
    int common = 0;
    for (int place = rows.start(x); place < rows.end(x); place++) {
      int other = rows.find(z, rows.column(place));
      products += other < 0 ? 0 : rows.value(place) * rows.value(other);
      common += other < 0 ? 0 : 1;
    }
    double share = common == 0 ? 0 : (double) common / rows.size(x);
    return similarity.givenTheRow() ? share : products;
  }

  /** Of any similarity, as the device finds them, among negative ratings too. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void scoresOfAnySimilarityAreSumsOfWhatIsKept(Device device) {
    Random random = new Random(SEED);
    RatingSimilarity dot = RatingSimilarity.DOT;
    RatingSimilarity shares =
        new RatingSimilarity(dot.measure(), Weighting.NONE, Support.ANY, dot.least(), true);
    for (int least : new int[] {1, -1}) {
      Ratings ratings = drawn(random, least);
      for (RatingSimilarity similarity :
          List.of(
              RatingSimilarity.COSINE,
              RatingSimilarity.PEARSON,
              RatingSimilarity.JACCARD,
              RatingSimilarity.CONDITIONAL_PROBABILITY.atLeast(0.4f),
              shares)) {
        for (Knn recipe : recipes(similarity)) {
          int rows = recipe.amongUsers() ? ratings.users() : ratings.items();
          int[] all = IntStream.range(0, rows).toArray();
          float[][] found = recipe.similarities(device, ratings, all);
          double[][] whole = new double[rows][rows];
          for (int x = 0; x < rows; x++) {
            for (int z = 0; z < rows; z++) {
              whole[x][z] = x == z ? 0 : found[x][z];
            }
          }
          // Products of floats are exact in double; each of both sums rounds 32 times at most.
          assertScores(recipe, recipe.fit(device, ratings), whole, 2 * 32 * 0x1p-53);
        }
      }
    }
  }

  @Test
  void withAllOthersBothAreTheSame() {
    Ratings ratings = drawn(new Random(SEED), 1);
    for (RatingSimilarity similarity : RatingSimilarity.byName().values()) {
      Knn all = Knn.ofItems(similarity, ratings.items());
      KnnRecommender perRow = all.fit(JAVA, ratings);
      KnnRecommender perColumn = all.topK(TopK.PER_COLUMN).fit(JAVA, ratings);
      for (int user = 0; user < ratings.users(); user++) {
        assertArrayEquals(recommended(perRow, user), recommended(perColumn, user), all.toString());
      }
    }
  }

  /** A search by all scores, whatever tiles it takes, where one by the best would do. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void listsOfAllScoresAreThoseOfASearch(Device device) {
    RatingsMatrix rows = drawn(new Random(SEED), -1).byItem();
    RatingSimilarity similarity = RatingSimilarity.COSINE;
    long least =
        NeighborTiles.leastBytes(
            device, rows, similarity.measure(), similarity.support(), rows.rows());
    for (int k : new int[] {1, 5, rows.rows() - 1}) {
      Neighbors expected = Neighbors.find(device, rows, SimilarityMeasure.COSINE, k);
      for (long limit : new long[] {least, Long.MAX_VALUE}) {
        Neighbors found =
            new NeighborLists(similarity, TopK.PER_COLUMN, rows, k)
                .ofAll(device, limit, NeighborListener.NONE);
        assertArrayEquals(expected.starts(), found.starts());
        assertArrayEquals(expected.indices(), found.indices());
        assertArrayEquals(expected.similarities(), found.similarities());
        assertEquals(expected.k(), found.k());
      }
    }
  }

  @Test
  void turnedRoundTheyAreWhoHasWhom() {
    Neighbors found =
        Neighbors.find(JAVA, drawn(new Random(SEED), 1).byUser(), SimilarityMeasure.DOT, 9);
    Neighbors turned = found.turned(4);
    int all = 0;
    for (int row = 0; row < found.rows(); row++) {
      for (int rank = 0; rank < Math.min(4, found.size(row)); rank++) {
        long pair = Ranked.of(row, found.similarity(row, rank));
        long[] list = turned.ranked(found.index(row, rank));
        assertTrue(IntStream.range(0, list.length).anyMatch(at -> list[at] == pair));
        all++;
      }
      long[] list = turned.ranked(row);
      assertTrue(IntStream.range(1, list.length).allMatch(at -> list[at - 1] < list[at]));
    }
    assertEquals(all, turned.indices().length);
    assertEquals(found.rows() - 1, turned.k());
  }

  @Test
  void theChoiceIsToldAndChecked() {
    Knn knn = Knn.ofItems(RatingSimilarity.COSINE, 5);
    assertEquals(TopK.PER_ROW, knn.topK());
    assertFalse(knn.toString().contains("per"), knn.toString());
    Knn perColumn = knn.topK(TopK.PER_COLUMN).centering(Centering.NONE).minSimilarity(0.1f);
    assertEquals(TopK.PER_COLUMN, perColumn.modelSize(7).minNeighbors(2).topK());
    assertEquals(
        "Knn among items: COSINE, at least 0.1, k 5 per column, NONE", perColumn.toString());
    assertThrows(NullPointerException.class, () -> knn.topK(null));
    Ratings none = Ratings.builder().build();
    assertThrows(IllegalArgumentException.class, () -> perColumn.fit(JAVA, none));
  }
}
