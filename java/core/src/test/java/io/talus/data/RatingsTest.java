package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Device;
import io.talus.Devices;
import io.talus.tensor.CsrMatrix;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingsTest {
  private static Ratings small() {
    return Ratings.builder()
        .add("ann", "kite", 3)
        .add("bob", "lamp", 5)
        .add("ann", "jam", 1)
        .add("bob", "kite", 2)
        .build();
  }

  @Test
  void someRowsInAnyOrder() {
    RatingsMatrix byItem = small().byItem();
    RatingsMatrix rows = byItem.rows(new int[] {2, 0, 2});
    assertEquals("RatingsMatrix 3x2, 4 ratings", rows.toString());
    assertEquals(1, rows.value(rows.find(0, 0)));
    assertEquals(3, rows.value(rows.find(1, 0)));
    assertEquals(2, rows.value(rows.find(1, 1)));
    assertEquals(1, rows.size(2));
    assertEquals(0, byItem.rows(new int[0]).size());
    assertThrows(IndexOutOfBoundsException.class, () -> byItem.rows(new int[] {3}));
  }

  @Test
  void idsAreNumberedAsTheyCome() {
    Ratings ratings = small();
    assertEquals(2, ratings.users());
    assertEquals(3, ratings.items());
    assertEquals(1, ratings.userIndex("bob"));
    assertEquals("jam", ratings.itemId(2));
    assertEquals(-1, ratings.findUser("kite"));
    assertEquals(-1, ratings.findItem("ann"));
  }

  @Test
  void bothSidesHoldTheSameRatings() {
    Ratings ratings = small();
    RatingsMatrix byUser = ratings.byUser();
    assertEquals(2, byUser.rows());
    assertEquals(3, byUser.columns());
    assertEquals(4, byUser.size());
    assertEquals(0, byUser.column(byUser.start(0)));
    assertEquals(2, byUser.column(byUser.end(0) - 1));
    assertEquals(2, byUser.value(byUser.find(1, 0)));
    assertTrue(byUser.find(1, 2) < 0);
    assertEquals(2.5, ratings.byItem().mean(0));
    assertEquals(5, ratings.byItem().value(ratings.byItem().find(1, 1)));
    assertEquals(1, ratings.byItem().size(2));
  }

  @Test
  void summary() {
    Ratings ratings = small();
    assertEquals(4, ratings.size());
    assertEquals(2.75, ratings.mean());
    assertEquals(1, ratings.min());
    assertEquals(5, ratings.max());
    assertEquals(0, ratings.duplicates());
    assertEquals("Ratings of 2 users, 3 items: 4, from 1.0 to 5.0", ratings.toString());
  }

  @Test
  void ofDuplicatesTheLastStaysWithItsTimeAndTheOthersAreCounted() {
    Ratings ratings =
        Ratings.builder()
            .add("ann", "jam", 1, 10)
            .add("ann", "kite", 2, 20)
            .add("ann", "jam", 4, 30)
            .add("ann", "jam", 3, 25)
            .build();
    assertEquals(2, ratings.size());
    assertEquals(2, ratings.duplicates());
    int place = ratings.byUser().find(0, 0);
    assertEquals(3, ratings.byUser().value(place));
    assertEquals(25, ratings.timestamp(place));
  }

  private static RatingsBuilder threeTimes(Repeats repeats) {
    return Ratings.builder()
        .repeats(repeats)
        .add("ann", "jam", 2, 10)
        .add("ann", "kite", 1, 5)
        .add("ann", "jam", 5, 30)
        .add("ann", "jam", 4, 20);
  }

  @ParameterizedTest
  @CsvSource({
    "LAST, 4, 20",
    "FIRST, 2, 10",
    "SUM, 11, 20",
    "MEAN, 3.6666667, 20",
    "GREATEST, 5, 20"
  })
  void repeatedRatingsBecomeOne(Repeats repeats, float value, long time) {
    Ratings ratings = threeTimes(repeats).build();
    assertEquals(2, ratings.size());
    assertEquals(2, ratings.duplicates());
    int place = ratings.byUser().find(0, 0);
    assertEquals(value, ratings.byUser().value(place));
    assertEquals(time, ratings.timestamp(place));
    assertEquals(1, ratings.byUser().value(ratings.byUser().find(0, 1)));
  }

  @Test
  void repeatedRatingsMayBeRefused() {
    Exception error =
        assertThrows(IllegalArgumentException.class, () -> threeTimes(Repeats.REFUSED).build());
    assertEquals(
        "user 'ann', item 'jam': rated more than once; say what becomes of repeated ratings"
            + " (Repeats)",
        error.getMessage());
    RatingsBuilder huge =
        Ratings.builder().repeats(Repeats.SUM).add("a", "b", 3e38f).add("a", "b", 3e38f);
    assertTrue(
        assertThrows(IllegalArgumentException.class, huge::build).getMessage().contains("the SUM"));
  }

  @Test
  void laterRatingsMayBeAdded() {
    Ratings early = Ratings.builder().add("ann", "jam", 1).add("ann", "jam", 2).build();
    Ratings later = Ratings.builder().add("bob", "jam", 5).add("ann", "jam", 4).build();
    Ratings both = early.with(later, Repeats.SUM);
    assertEquals(6, both.byUser().value(0));
    assertEquals(2, both.duplicates());
    assertEquals(4, early.with(later).byUser().value(0));
    assertEquals(2, both.users());
  }

  @Test
  void nothingIsLegal() {
    Ratings none = Ratings.builder().build();
    assertEquals(0, none.size());
    assertEquals(0, none.users());
    assertTrue(Double.isNaN(none.mean()));
    assertTrue(Float.isNaN(none.min()));
    assertTrue(Float.isNaN(none.max()));
    assertEquals("Ratings of 0 users, 0 items: 0", none.toString());
  }

  @Test
  void unknownIdsAreNamed() {
    Ratings ratings = small();
    Exception user = assertThrows(IllegalArgumentException.class, () -> ratings.userIndex("cat"));
    assertEquals("there is no user 'cat' among the 2 users", user.getMessage());
    Exception item = assertThrows(IllegalArgumentException.class, () -> ratings.itemIndex("mug"));
    assertEquals("there is no item 'mug' among the 3 items", item.getMessage());
    assertThrows(IndexOutOfBoundsException.class, () -> ratings.itemId(3));
    assertThrows(IndexOutOfBoundsException.class, () -> ratings.userId(-1));
  }

  @Test
  void badRatingsAreRefusedByName() {
    RatingsBuilder builder = Ratings.builder();
    Exception nan =
        assertThrows(IllegalArgumentException.class, () -> builder.add("ann", "jam", Float.NaN));
    assertEquals("user 'ann', item 'jam': the rating NaN is not finite", nan.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> builder.add("a", "b", Float.NEGATIVE_INFINITY));
    assertThrows(IllegalArgumentException.class, () -> builder.add("", "jam", 1));
    assertThrows(IllegalArgumentException.class, () -> builder.add("ann", "", 1));
    assertEquals(0, builder.build().size());
  }

  @Test
  void eitherAllRatingsHaveTimesOrNone() {
    RatingsBuilder timed = Ratings.builder().add("ann", "jam", 1, 5);
    assertThrows(IllegalArgumentException.class, () -> timed.add("ann", "kite", 1));
    RatingsBuilder untimed = Ratings.builder().add("ann", "jam", 1);
    assertThrows(IllegalArgumentException.class, () -> untimed.add("ann", "kite", 1, 5));
    Ratings ratings = untimed.build();
    assertFalse(ratings.hasTimestamps());
    assertThrows(IllegalStateException.class, () -> ratings.timestamp(0));
  }

  @Test
  void aBuilderBuildsOnce() {
    RatingsBuilder builder = Ratings.builder().add("ann", "jam", 1);
    builder.build();
    assertThrows(IllegalStateException.class, builder::build);
    assertThrows(IllegalStateException.class, () -> builder.add("ann", "kite", 1));
  }

  @Test
  void copiesToADevice() {
    Device device = Devices.require("java");
    try (CsrMatrix matrix = small().byItem().copyTo(device)) {
      assertEquals(3, matrix.rows());
      assertEquals(2, matrix.columns());
      assertArrayEquals(new long[] {0, 2, 3, 4}, matrix.rowOffsets().toArray());
      assertArrayEquals(new int[] {0, 1, 1, 0}, matrix.columnIndices().toArray());
      assertArrayEquals(new float[] {3, 2, 5, 1}, matrix.values().toArray());
    }
  }

  @Property(tries = 200)
  void agreesWithAMap(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 40) int users,
      @ForAll @IntRange(min = 1, max = 40) int items,
      @ForAll @IntRange(max = 3000) int count) {
    Random random = new Random(seed);
    RatingsBuilder builder = Ratings.builder();
    Map<String, Float> expected = new TreeMap<>();
    Set<String> userIds = new HashSet<>();
    for (int i = 0; i < count; i++) {
      String user = "u" + random.nextInt(users);
      String item = "i" + random.nextInt(items);
      float value = random.nextInt(10) / 2f;
      builder.add(user, item, value);
      expected.put(user + " " + item, value);
      userIds.add(user);
    }
    Ratings ratings = builder.build();
    assertEquals(userIds.size(), ratings.users());
    assertEquals(count - expected.size(), ratings.duplicates());
    assertEquals(expected, entries(ratings, ratings.byUser(), true));
    assertEquals(expected, entries(ratings, ratings.byItem(), false));
  }

  private static Map<String, Float> entries(Ratings ratings, RatingsMatrix matrix, boolean users) {
    Map<String, Float> entries = new TreeMap<>();
    for (int row = 0; row < matrix.rows(); row++) {
      for (int place = matrix.start(row); place < matrix.end(row); place++) {
        int column = matrix.column(place);
        assertTrue(place == matrix.start(row) || matrix.column(place - 1) < column);
        int user = users ? row : column;
        int item = users ? column : row;
        entries.put(ratings.userId(user) + " " + ratings.itemId(item), matrix.value(place));
      }
    }
    return entries;
  }
}
