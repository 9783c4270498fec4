package io.talus.recommend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.data.Ratings;
import io.talus.data.RatingsBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TopItemsTest {
  private static final int ITEMS = 60;

  private final Ratings ratings = items();

  private static Ratings items() {
    RatingsBuilder builder = Ratings.builder();
    IntStream.range(0, ITEMS).forEach(item -> builder.add("ann", "item" + item, 1));
    return builder.build();
  }

  /** Few scores, so many ties; offered in another order than theirs. */
  @Property
  void keepsWhatSortingPutsFirst(
      @ForAll @Size(max = ITEMS) List<@IntRange(max = 9) Integer> scores,
      @ForAll @IntRange(min = 1, max = ITEMS + 5) int n) {
    List<ScoredItem> all =
        IntStream.range(0, scores.size())
            .mapToObj(item -> new ScoredItem(item, "item" + item, scores.get(item)))
            .toList();
    TopItems top = new TopItems(n, scores.size());
    for (int i = 0; i < all.size(); i++) {
      ScoredItem item = all.get((i * 61) % all.size());
      top.offer(item.item(), item.score());
    }
    List<ScoredItem> expected =
        all.stream()
            .sorted(Comparator.comparingDouble(ScoredItem::score).reversed())
            .limit(n)
            .toList();
    assertEquals(expected, top.take(ratings));
  }
}
