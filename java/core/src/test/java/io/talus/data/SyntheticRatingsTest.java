package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SyntheticRatingsTest {
  @Test
  void clusteredHasTheStructureItTells() {
    SyntheticRatings.Clustered drawn = SyntheticRatings.clustered(300, 100, 5, 20, 42);
    Ratings ratings = drawn.ratings();
    assertEquals(300, ratings.users());
    assertEquals(100, ratings.items());
    assertEquals(6000, ratings.size());
    assertEquals(0, ratings.duplicates());
    double own = 0;
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int user = 0; user < 300; user++) {
      assertEquals(20, ratings.byUser().size(user));
      for (int place = ratings.byUser().start(user); place < ratings.byUser().end(user); place++) {
        int item = ratings.byUser().column(place);
        int side = drawn.itemCluster()[item] == drawn.userCluster()[user] ? 1 : 0;
        own += side;
        counts[side]++;
        sums[side] += ratings.byUser().value(place);
      }
    }
    // 0.7 + 0.3 / 5 in the long run, less what repetitions divert elsewhere.
    assertTrue(own / 6000 > 0.5 && own / 6000 < 0.76, "own cluster " + own / 6000);
    assertTrue(sums[1] / counts[1] - sums[0] / counts[0] > 1, "means must differ");
    assertTrue(ratings.min() == 1 && ratings.max() == 5);
    assertEquals("western-01", ratings.itemId(0));
    assertEquals("comedy-02", ratings.itemId(6));
    assertEquals(1, drawn.itemCluster()[6]);
  }

  @Test
  void zipfHasTheSizeAskedForAndASkew() {
    Ratings ratings = SyntheticRatings.zipf(604, 371, 10_002, 1);
    assertEquals(604, ratings.users());
    assertEquals(371, ratings.items());
    assertEquals(10_002, ratings.size());
    assertEquals(0, ratings.duplicates());
    int most = 0;
    for (int item = 0; item < 371; item++) {
      most = Math.max(most, ratings.byItem().size(item));
    }
    assertTrue(most > 4 * 10_002 / 371, "the most popular item has " + most);
  }

  @Test
  void zipfFillsWhatThereIs() {
    assertEquals(35, SyntheticRatings.zipf(5, 7, 35, 1).size());
    assertEquals(5, SyntheticRatings.zipf(5, 7, 5, 1).size());
  }

  @Test
  void theSeedDecides() {
    assertEquals(sum(9), sum(9));
    assertNotEquals(sum(9), sum(10));
  }

  private static long sum(long seed) {
    Ratings ratings = SyntheticRatings.zipf(50, 40, 500, seed);
    long sum = 0;
    for (int place = 0; place < ratings.size(); place++) {
      long entry = ratings.byUser().column(place) * 8L + (long) ratings.byUser().value(place);
      sum = 31 * sum + entry;
    }
    return sum;
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> SyntheticRatings.clustered(3, 100, 4, 5, 1));
    assertThrows(IllegalArgumentException.class, () -> SyntheticRatings.clustered(10, 10, 2, 6, 1));
    assertThrows(IllegalArgumentException.class, () -> SyntheticRatings.zipf(5, 7, 36, 1));
    assertThrows(IllegalArgumentException.class, () -> SyntheticRatings.zipf(5, 7, 4, 1));
    assertThrows(IllegalArgumentException.class, () -> SyntheticRatings.zipf(0, 7, 4, 1));
  }
}
