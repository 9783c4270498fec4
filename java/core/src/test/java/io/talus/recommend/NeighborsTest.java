package io.talus.recommend;

import static io.talus.recommend.Golden.RATINGS;
import static io.talus.recommend.Golden.W;
import static io.talus.recommend.Golden.X;
import static io.talus.recommend.Golden.Y;
import static io.talus.recommend.Golden.Z;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import io.talus.data.RatingsMatrix;
import io.talus.data.SyntheticRatings;
import io.talus.op.SimilarityMeasure;
import io.talus.op.SparseMeasure;
import io.talus.op.Support;
import io.talus.tensor.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NeighborsTest {
  private static final String DEVICES = "io.talus.recommend.RecommendDevices#all";

  /** A few roundings of values up to 1; scores up to 24 are whole numbers and exact. */
  private static final double TOLERANCE = 1e-6;

  /** Expected: index, similarity, index, similarity, ... */
  private static void assertRow(Neighbors neighbors, int row, double... expected) {
    assertEquals(expected.length / 2, neighbors.size(row), "neighbours of row " + row);
    for (int rank = 0; rank < neighbors.size(row); rank++) {
      String place = "row " + row + ", rank " + rank;
      assertEquals((int) expected[2 * rank], neighbors.index(row, rank), place);
      assertEquals(expected[2 * rank + 1], neighbors.similarity(row, rank), TOLERANCE, place);
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void cosine(Device device) {
    Neighbors found = Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.COSINE, 2);
    assertRow(found, W, X, 24 / 25.0, Z, 16 / 25.0);
    assertRow(found, X, W, 24 / 25.0, Z, 12 / 25.0);
    assertRow(found, Y, Z, 6 / 10.0); // at similarity 0 the others are no neighbours
    assertRow(found, Z, W, 16 / 25.0, Y, 6 / 10.0);
    assertEquals(2, found.k());
    assertEquals(4, found.rows());
    assertEquals(SparseMeasure.COSINE, found.measure());
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void dot(Device device) {
    Neighbors found = Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.DOT, 2);
    assertRow(found, W, X, 24, Z, 16);
    assertRow(found, X, W, 24, Z, 12);
    assertRow(found, Y, Z, 6);
    assertRow(found, Z, W, 16, X, 12);
  }

  /** Less their means, in thirds: w 2 5 -7, x 5 2 -7, y -2 -2 4, z -7 5 2 (ann, bob, cat). */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void pearson(Device device) {
    Neighbors found = Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.PEARSON, 3);
    double wy = -42 / Math.sqrt(78 * 24);
    assertRow(found, W, X, 69 / 78.0, Z, -3 / 78.0, Y, wy);
    assertRow(found, X, W, 69 / 78.0, Z, -39 / 78.0, Y, wy);
    assertRow(found, Z, Y, 12 / Math.sqrt(78 * 24), W, -3 / 78.0, X, -39 / 78.0);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void euclidean(Device device) {
    Neighbors found = Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.EUCLIDEAN, 2);
    double wz = 1 / (1 + Math.sqrt(9 + 0 + 9));
    double yz = 1 / (1 + Math.sqrt(0 + 16 + 1));
    assertRow(found, W, X, 1 / (1 + Math.sqrt(2)), Z, wz);
    assertRow(found, X, W, 1 / (1 + Math.sqrt(2)), Z, 1 / (1 + Math.sqrt(16 + 1 + 9)));
    // w and x are as far from y: the smaller index comes first.
    assertRow(found, Y, Z, yz, W, 1 / (1 + Math.sqrt(9 + 16 + 4)));
    assertRow(found, Z, Y, yz, W, wz);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void usersHaveNeighboursToo(Device device) {
    Neighbors found = Neighbors.find(device, RATINGS.byUser(), SimilarityMeasure.DOT, 5);
    assertEquals(2, found.k(), "all others");
    int ann = RATINGS.userIndex("ann");
    int bob = RATINGS.userIndex("bob");
    int cat = RATINGS.userIndex("cat");
    assertRow(found, ann, bob, 24);
    assertRow(found, bob, ann, 24, cat, 12);
    assertRow(found, cat, bob, 12);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void rowsWithoutVarianceAreLegal(Device device) {
    Ratings flat =
        Ratings.builder().add("ann", "w", 3).add("bob", "w", 3).add("ann", "x", 3).build();
    Neighbors pearson = Neighbors.find(device, flat.byItem(), SimilarityMeasure.PEARSON, 1);
    assertEquals(0, pearson.size(0), "similarity 0 to a constant row is none");
    Ratings lonely = Ratings.builder().add("ann", "w", 3).build();
    Neighbors none = Neighbors.find(device, lonely.byItem(), SimilarityMeasure.COSINE, 7);
    assertEquals(0, none.size(0));
  }

  @Test
  void badRequestsAreRefused() {
    Device device = Devices.require("java");
    Exception k =
        assertThrows(
            IllegalArgumentException.class,
            () -> Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.COSINE, 0));
    assertEquals("neighbors: k is 0, expected at least 1", k.getMessage());
    Ratings none = Ratings.builder().build();
    Exception empty =
        assertThrows(
            IllegalArgumentException.class,
            () -> Neighbors.find(device, none.byItem(), SimilarityMeasure.COSINE, 1));
    assertTrue(empty.getMessage().contains("no rating"), empty.getMessage());
    Neighbors found = Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.COSINE, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> found.index(Y, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> found.similarity(W, -1));
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void nothingIsLeftOnTheDevice(Device device) {
    long before = device.memoryBytes();
    Neighbors.find(device, RATINGS.byItem(), SimilarityMeasure.COSINE, 2);
    assertEquals(before, device.memoryBytes());
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void tilesWithinALimitGiveTheSameBits(Device device) {
    RatingsMatrix rows = SyntheticRatings.zipf(300, 200, 5_000, 78).byItem();
    Neighbors whole = Neighbors.find(device, rows, SimilarityMeasure.COSINE, 20);
    long least = NeighborTiles.leastBytes(device, rows, SparseMeasure.COSINE, Support.ANY, 20);
    int tilesBefore = Integer.MAX_VALUE;
    for (long more : new long[] {0, 5_000, 20_000, 1 << 20}) {
      NeighborTiles tiles =
          NeighborTiles.plan(device, rows, SparseMeasure.COSINE, Support.ANY, 20, least + more);
      assertTrue(tiles.bytes() <= least + more, tiles + " with " + more + " more than the least");
      assertTrue(tiles.tiles() <= tilesBefore, tiles + ": more memory, more tiles");
      tilesBefore = tiles.tiles();
      Neighbors found =
          Neighbors.find(device, rows, SparseMeasure.COSINE, Support.ANY, 20, least + more);
      assertSame(whole, found, tiles.toString());
    }
    assertEquals(1, tilesBefore);
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void eachTileIsTold(Device device) {
    RatingsMatrix rows = SyntheticRatings.zipf(300, 200, 5_000, 78).byItem();
    long least = NeighborTiles.leastBytes(device, rows, SparseMeasure.COSINE, Support.ANY, 20);
    for (long limit : new long[] {least + 20_000, least + (1 << 20)}) {
      NeighborTiles tiles =
          NeighborTiles.plan(device, rows, SparseMeasure.COSINE, Support.ANY, 20, limit);
      List<Integer> told = new ArrayList<>();
      NeighborListener listener =
          (done, all) -> {
            assertEquals(200, all);
            told.add(done);
          };
      Neighbors.find(device, rows, SparseMeasure.COSINE, Support.ANY, 20, limit, listener);
      List<Integer> expected =
          IntStream.rangeClosed(1, tiles.tiles())
              .mapToObj(tile -> Math.min(200, tile * tiles.rowsOfTile()))
              .toList();
      assertEquals(expected, told, tiles.toString());
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void whoIsToldMayEndTheSearch(Device device) {
    Ratings ratings = SyntheticRatings.zipf(300, 200, 5_000, 78);
    Knn shares = Knn.ofItems(RatingSimilarity.CONDITIONAL_PROBABILITY, 20);
    RatingSimilarity similarity = shares.similarity();
    RatingsMatrix rows = similarity.weighting().apply(ratings, false);
    long least =
        NeighborTiles.leastBytes(
            device, rows, similarity.measure(), similarity.support(), Integer.MAX_VALUE);
    long before = device.memoryBytes();
    for (Knn recipe : List.of(shares, shares.topK(TopK.PER_COLUMN))) {
      List<Integer> told = new ArrayList<>();
      NeighborListener listener =
          (done, all) -> {
            told.add(done);
            throw new CancellationException(done + " of " + all);
          };
      assertThrows(CancellationException.class, () -> recipe.fit(device, ratings, least, listener));
      assertEquals(1, told.size());
      assertEquals(before, device.memoryBytes());
    }
  }

  private static void assertSame(Neighbors expected, Neighbors found, String what) {
    assertEquals(expected.rows(), found.rows(), what);
    for (int row = 0; row < found.rows(); row++) {
      assertEquals(expected.size(row), found.size(row), what + ", row " + row);
      for (int rank = 0; rank < found.size(row); rank++) {
        assertEquals(expected.index(row, rank), found.index(row, rank), what + ", row " + row);
        assertEquals(
            expected.similarity(row, rank), found.similarity(row, rank), what + ", row " + row);
      }
    }
  }

  @ParameterizedTest
  @MethodSource(DEVICES)
  void aLimitTooSmallForOneRowIsRefusedWithTheEstimate(Device device) {
    RatingsMatrix rows = RATINGS.byItem();
    long least = NeighborTiles.leastBytes(device, rows, SparseMeasure.COSINE, Support.ANY, 2);
    long before = device.memoryBytes();
    String message =
        assertThrows(
                DeviceException.class,
                () -> Neighbors.find(device, rows, SparseMeasure.COSINE, Support.ANY, 2, least - 1))
            .getMessage();
    assertTrue(message.contains("need at least " + least + " bytes"), message);
    assertTrue(message.contains("the limit is " + (least - 1)), message);
    assertEquals(before, device.memoryBytes());
    Neighbors.find(device, rows, SparseMeasure.COSINE, Support.ANY, 2, least);
  }

  @Test
  void aHeapTooSmallIsRefusedWithTheEstimate() {
    RatingsBuilder builder = Ratings.builder();
    for (int item = 0; item < 40_000; item++) {
      builder.add("u", "i" + item, 1);
    }
    RatingsMatrix rows = builder.build().byItem();
    Device device = Devices.require("java");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Neighbors.find(device, rows, SimilarityMeasure.DOT, Integer.MAX_VALUE))
            .getMessage();
    assertTrue(message.contains("k 39999 may need 25599360000 bytes of the Java heap"), message);
  }

  /** Against the device java: the same scores, and the same rows but for near ties. */
  @ParameterizedTest
  @MethodSource(DEVICES)
  void devicesAgree(Device device) {
    Ratings ratings = SyntheticRatings.zipf(500, 300, 12_000, 77);
    for (SimilarityMeasure measure : SimilarityMeasure.values()) {
      Neighbors expected = Neighbors.find(Devices.require("java"), ratings.byItem(), measure, 25);
      Neighbors found = Neighbors.find(device, ratings.byItem(), measure, 25);
      for (int row = 0; row < found.rows(); row++) {
        assertEquals(expected.size(row), found.size(row), measure + ", row " + row);
        for (int rank = 0; rank < found.size(row); rank++) {
          String place = measure + ", row " + row + ", rank " + rank;
          float score = expected.similarity(row, rank);
          // Scores of at most 1, from sums of 500 terms; dots are whole numbers below 2^24.
          assertEquals(score, found.similarity(row, rank), 2e-5, place);
          boolean alone = isAlone(expected, row, rank);
          assertTrue(!alone || expected.index(row, rank) == found.index(row, rank), place);
        }
      }
    }
  }

  private static boolean isAlone(Neighbors neighbors, int row, int rank) {
    float score = neighbors.similarity(row, rank);
    boolean above = rank == 0 || neighbors.similarity(row, rank - 1) - score > 4e-5;
    // Of what would follow the last nothing is known.
    boolean last = rank + 1 == neighbors.size(row);
    return above && !last && score - neighbors.similarity(row, rank + 1) > 4e-5;
  }
}
