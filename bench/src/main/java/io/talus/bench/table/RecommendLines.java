package io.talus.bench.table;

import io.talus.recommend.RatingSimilarity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The lines about recommending that stand alone, without a peer. */
final class RecommendLines {
  private static final String LARGE_SIZE = "162,000 users x 59,000 items, 25 million ratings";

  private RecommendLines() {}

  static List<Line> all() {
    List<Line> lines = new ArrayList<>();
    lines.add(
        itself(
            "recommend-all",
            "recommend",
            "recommendAll, top 10 for 6,040 users, item kNN, 50 neighbours",
            Unit.MILLISECONDS,
            0.5,
            7,
            RecommendContests::recommendAll));
    lines.add(
        itself(
            "ml-100k-folds",
            "ml-100k",
            "ml-100k, five folds of kNN basic: a whole process, from its start to the errors",
            Unit.MILLISECONDS,
            2,
            3,
            RecommendContests::folds));
    RatingSimilarity.byName().keySet().forEach(name -> lines.addAll(large(name)));
    return lines;
  }

  private static List<Line> large(String name) {
    String group = groupOf(name);
    return List.of(
        itself(
            "large-" + name,
            group,
            name + ", 50 nearest of every item, " + LARGE_SIZE,
            Unit.SECONDS,
            60,
            1,
            () -> RecommendContests.largeSeconds(name, group)),
        itself(
            "large-" + name + "-memory",
            group,
            "the most memory of the process meanwhile, Java heap and all",
            Unit.MEGABYTES,
            2e9,
            1,
            () -> RecommendContests.largeMemory(name, group)));
  }

  /** The similarities that a group measures, one after another in one process. */
  static String[] largeOf(String group) {
    return RatingSimilarity.byName().keySet().stream()
        .filter(name -> groupOf(name).equals(group))
        .toArray(String[]::new);
  }

  private static String groupOf(String name) {
    boolean common = RatingSimilarity.byName().get(name).measure().isOfCommonColumns();
    return common ? "large-common" : "large-whole";
  }

  private static Line itself(
      String id,
      String group,
      String title,
      Unit unit,
      double most,
      int rounds,
      Supplier<Contest> contest) {
    return new Line(
        id, group, title, unit, 0, Rule.ITSELF_AT_MOST, most, List.of(), rounds, contest);
  }
}
