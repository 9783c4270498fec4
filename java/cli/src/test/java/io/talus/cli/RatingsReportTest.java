package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands on ratings write as a report. */
class RatingsReportTest {
  @TempDir private Path folder;
  private Path ratings;
  private Path report;

  @BeforeEach
  void write() throws IOException {
    ratings = RatingsFile.write(RatingsFile.drawn(), folder.resolve("ratings.csv"));
    report = folder.resolve("report.html");
    StringBuilder titles = new StringBuilder("id,title\n");
    for (int item = 0; item < 40; item++) {
      titles.append('i').append(item).append(",<b>Film & ").append(item).append("\n");
    }
    Files.writeString(folder.resolve("titles.csv"), titles);
  }

  private String html(String command, String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of(command, "--ratings", ratings.toString()));
    all.addAll(List.of("--titles", folder + "/titles.csv", "--report", report.toString()));
    all.addAll(Arrays.asList(more));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Written: " + report), run.out());
    String html = Files.readString(report);
    assertFalse(html.contains("{{") || html.contains(" src=") || html.contains("<link"), html);
    assertFalse(html.contains("<b>Film"), "a title that was not escaped");
    return html;
  }

  private static void assertHas(String html, String... pieces) {
    for (String piece : pieces) {
      assertTrue(html.contains(piece), piece);
    }
  }

  @Test
  void anEvaluationHasTablesMapAndExamples() throws IOException {
    String html =
        html("evaluate-ratings", "--folds", "2", "--methods", "baselines,item-knn,popularity");
    assertHas(
        html,
        "2 folds: predicted ratings",
        "2 folds: top 10 of all items",
        "<td>item-knn</td>",
        "± 0.",
        "How alike the 20 most-rated items are",
        "Most similar items",
        "by Knn among items: COSINE, k 50, MEAN",
        "<b>COSINE, k 50 per row</b>",
        "which has the best nDCG",
        "&lt;b&gt;Film &amp; 1");
    assertEquals(20 * 20, html.split("<td style=\"background:", -1).length - 1);
  }

  @Test
  void recommendingAndSimilarHaveTheirOwn() throws IOException {
    String recommended = html("recommend", "--method", "factorization", "--epochs", "1", "u3");
    assertHas(recommended, "<td>u3</td>", "Recommended, by MatrixFactorization", "COSINE");
    assertFalse(recommended.contains("predicted ratings"), "nothing was judged");
    String similar =
        html(
            "similar",
            "--similarity",
            "pearson",
            "--neighbors-kept=per-column",
            "i3",
            "<b>Film & 4");
    assertHas(similar, "Those that were asked for", "COMMON_PEARSON, k 50 per column", "214,39,40");
    assertEquals(
        2,
        CommandRun.of(
                "similar", "--ratings", ratings + "", "--users", "--report", report + "", "u1")
            .status());
  }

  @Test
  void fewRatingsAreToldToo() throws IOException {
    ratings = Files.writeString(folder.resolve("few.csv"), "u1,i1,3\n");
    assertHas(html("recommend", "u1"), "How alike the 1 most-rated items are", "100.00 %");
  }

  @Test
  void whatIsAlikeLiesSideBySide() {
    float no = Float.NaN;
    float[][] similarities = {
      {no, 0.1f, 0.9f, 0.2f}, {0.1f, no, 0.3f, 0.8f}, {0.9f, 0.3f, no, 0.3f}, {0.2f, 0.8f, 0.3f, no}
    };
    assertArrayEquals(new int[] {0, 2, 1, 3}, HeatMap.sideBySide(similarities));
    assertArrayEquals(new int[0], HeatMap.sideBySide(new float[0][0]));
  }

  /** Item i has i + 1 ratings, each of another value. */
  private static Ratings stairs(int items) {
    var builder = Ratings.builder();
    for (int item = 0; item < items; item++) {
      for (int user = 0; user <= item; user++) {
        builder.add("u" + user, "i" + item, item * items + user);
      }
    }
    return builder.build();
  }

  @Test
  void manyValuesAreCountedInRanges() {
    assertEquals("{value=[0.0], count=[1]}", text(RatingsPlots.values(stairs(1))));
    Ratings many = stairs(30);
    int[] counts = (int[]) RatingsPlots.values(many).get("count");
    assertEquals(20, counts.length);
    assertEquals(many.size(), Arrays.stream(counts).sum());
  }

  @Test
  void theTailIsToldFromFirstToLast() {
    assertEquals("{rank=[1, 2, 3], count=[3, 2, 1]}", text(RatingsPlots.longTail(stairs(3))));
    Ratings many = stairs(900);
    int[] ranks = (int[]) RatingsPlots.longTail(many).get("rank");
    int[] counts = (int[]) RatingsPlots.longTail(many).get("count");
    assertEquals(400, ranks.length);
    assertEquals(900, ranks[399]);
    for (int point = 0; point < ranks.length; point++) {
      assertTrue(point == 0 ? ranks[0] == 1 : ranks[point] > ranks[point - 1]);
      assertEquals(901 - ranks[point], counts[point]);
    }
    assertEquals(
        (900 + 811) * 90 / 2 / (double) many.size(), RatingsPlots.shareOfHead(many), 1e-12);
  }

  private static String text(Map<String, Object> plot) {
    return plot.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + "="
                    + (entry.getValue() instanceof int[] whole
                        ? Arrays.toString(whole)
                        : Arrays.toString((Object[]) entry.getValue())))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
