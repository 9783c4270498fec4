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

class TopTest {
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
    List<Scored> all =
        IntStream.range(0, scores.size())
            .mapToObj(item -> new Scored(item, "item" + item, scores.get(item)))
            .toList();
    Top top = new Top(n, scores.size());
    for (int i = 0; i < all.size(); i++) {
      Scored item = all.get((i * 61) % all.size());
      top.offer(item.index(), item.score());
    }
    List<Scored> expected =
        all.stream().sorted(Comparator.comparingDouble(Scored::score).reversed()).limit(n).toList();
    assertEquals(expected, top.take(ratings::itemId));
  }
}
