package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talus similar} and {@code talus recommend}: a and b are alike, c is like neither. */
class NeighborCommandsTest {
  @TempDir private Path folder;
  private String ratings;
  private String titles;

  @BeforeEach
  void write() throws IOException {
    Path file = folder.resolve("ratings.csv");
    Files.writeString(
        file, "user,item,rating\nann,a,3\nann,b,4\nbob,a,4\nbob,b,3\ncat,c,5\ndan,a,5\n");
    ratings = file.toString();
    Path names = folder.resolve("titles.csv");
    Files.writeString(names, "id,title\na,Alpha\nb,Beta\nc,Gamma\n");
    titles = names.toString();
  }

  private CommandRun run(String command, String... more) {
    String[] all = new String[more.length + 5];
    System.arraycopy(
        new String[] {command, "--ratings", ratings, "--titles", titles}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CommandRun.of(all);
  }

  @Test
  void similarByIdAndByTitle() {
    for (String item : new String[] {"a", "Alpha"}) {
      CommandRun run = run("similar", "--similarity", "jaccard", item);
      assertEquals(0, run.status(), run.err());
      assertTrue(run.out().contains("Most similar to Alpha"), run.out());
      assertTrue(run.out().contains("0.6667  Beta"), run.out());
      assertFalse(run.out().contains("Gamma"), run.out());
    }
    assertTrue(run("similar", "c").out().contains("nothing"));
  }

  @Test
  void recommendsWhatIsNotSeen() {
    CommandRun run = run("recommend", "--similarity", "conditional-probability", "dan", "cat");
    assertEquals(0, run.status(), run.err());
    // Of 3 who have a, 2 have b: 5 * 2/3.
    assertTrue(run.out().contains("3.3333  Beta"), run.out());
    assertTrue(run.out().indexOf("nothing") > run.out().indexOf("For user cat"), run.out());
    CommandRun weighed = run("recommend", "--weights", "TF_IDF", "--seen", "ann");
    assertTrue(weighed.out().contains("Alpha") && weighed.out().contains("Beta"), weighed.out());
  }

  /** ann and bob have both a and b: 24 / 25. */
  @Test
  void usersAreComparedToo() {
    CommandRun run = run("similar", "--users", "ann");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Most similar to ann"), run.out());
    assertTrue(run.out().contains("0.9600  bob"), run.out());
    // Of those who are like dan, ann has b: 3 / 5 of 4, and bob: 4 / 5 of 3.
    CommandRun recommended = run("recommend", "--method", "user-knn", "dan");
    assertTrue(recommended.out().contains("4.8000  Beta"), recommended.out());
    CommandRun few = run("similar", "--users", "--min-similarity", "0.7", "ann");
    assertFalse(few.out().contains("dan"), few.out());
  }

  /** Of one neighbour each, a has b, b has a, and c has b, which does not have c. */
  @Test
  void neighboursAreKeptPerColumnToo() throws IOException {
    Files.writeString(
        Path.of(ratings),
        "user,item,rating\nann,a,3\nann,b,4\nbob,a,4\nbob,b,3\ncat,c,5\ncat,b,1\ndan,a,5\n");
    String[] perColumn = {"--neighbors", "1", "--neighbors-kept", "per-column", "ann"};
    CommandRun perRow = run("recommend", "--neighbors", "1", "ann");
    assertFalse(perRow.out().contains("Gamma"), perRow.out());
    CommandRun run = run("recommend", perColumn);
    assertTrue(run.out().contains("Knn among items: COSINE, k 1 per column, MEAN"), run.out());
    // ann's 4 for b, times 5 / (5 sqrt(26)).
    assertTrue(run.out().contains("0.7845  Gamma"), run.out());
    perColumn[4] = "c";
    CommandRun similar = run("similar", perColumn);
    assertTrue(similar.out().contains("0.1961  Beta"), similar.out());
    assertTrue(
        run("recommend", "--neighbors-kept", "columns", "ann")
            .err()
            .contains("--neighbors-kept 'columns': there are per-row, per-column"));
  }

  /** All pairs of 2,500 items are more than are scored at once. */
  @Test
  void longSearchesTellHowFarTheyAre() throws IOException {
    StringBuilder lines = new StringBuilder("user,item,rating\n");
    for (int item = 0; item < 2500; item++) {
      lines.append("u").append(item % 7).append(",i").append(item).append(",3\n");
      lines.append("v").append(item % 11).append(",i").append(item).append(",4\n");
    }
    Files.writeString(Path.of(ratings), lines);
    String[] all = {"--neighbors-kept", "per-column", "--similarity", "conditional-probability"};
    for (String command : new String[] {"similar i0", "recommend u0"}) {
      String[] said = Arrays.copyOf(all, all.length + 1);
      said[all.length] = command.split(" ")[1];
      CommandRun run = run(command.split(" ")[0], said);
      assertEquals(0, run.status(), run.err());
      assertTrue(run.out().contains("Finding neighbours: 50 %, "), run.out());
      assertTrue(run.out().contains("Finding neighbours: 100 %, 0:00 left"), run.out());
    }
    assertFalse(run("similar", "i0").out().contains("Finding"), "all at once");
  }

  @Test
  void otherProgramsGetWhatIsNamed() throws IOException {
    Path json = folder.resolve("told.json");
    String[] said = {"--json", json.toString(), "--similarity", "jaccard", "Alpha", "c"};
    assertEquals(0, run("similar", said).status());
    Map<String, Object> similar = JSON.std.mapFrom(Files.readString(json));
    assertEquals("Knn among items: TANIMOTO of PRESENCE, k 50, MEAN", similar.get("by"));
    assertEquals(2, ((List<?>) similar.get("named")).size());
    Map<?, ?> alpha = (Map<?, ?>) ((List<?>) similar.get("named")).get(0);
    assertEquals("a", alpha.get("id"));
    assertEquals(
        List.of(Map.of("id", "b", "title", "Beta", "score", (double) (2 / 3f))),
        alpha.get("similar"));
    CommandRun run = run("recommend", "--json", json.toString(), "--out", json + ".csv", "dan");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Written: " + json), run.out());
    Map<String, Object> recommended = JSON.std.mapFrom(Files.readString(json));
    Map<?, ?> dan = (Map<?, ?>) ((List<?>) recommended.get("named")).get(0);
    Map<?, ?> item = (Map<?, ?>) ((List<?>) dan.get("recommended")).get(0);
    assertEquals("Beta", item.get("title"));
    assertEquals(2, run("recommend", "--json", "x", "--all", "--out", "y").status());
  }

  @Test
  void popularityAndBaselinesAreMethodsToo() {
    CommandRun popular = run("recommend", "--method", "popularity", "cat");
    assertTrue(popular.out().contains("3.0000  Alpha"), popular.out());
    assertEquals(0, run("recommend", "--method", "baselines", "cat").status());
  }

  @Test
  void badLinesAreAnErrorOrCounted() throws IOException {
    Files.writeString(
        Path.of(ratings),
        "user,item,rating\n"
            + "ann,a,3\n"
            + "ann,b\n"
            + "ann,b,4\n"
            + "bob,a,NaN\n"
            + "bob,a,9\n"
            + "bob,b,3\n"
            + "bob,b,5\n"
            + "bob,a,2\n");
    CommandRun refused = run("similar", "a");
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains(ratings + ", line 3: found 2 columns"), refused.err());
    CommandRun skipped = run("similar", "--skip-bad", "--scale", "1..5", "--repeats", "mean", "a");
    assertEquals(0, skipped.status(), skipped.err());
    assertTrue(skipped.out().contains("2 users, 2 items: 4, from 2.0 to 4.0"), skipped.out());
    assertTrue(
        skipped.out().contains("Skipped 3 of 9 lines, the first: " + ratings + ", line 3: found"),
        skipped.out());
    assertTrue(skipped.out().contains("1 ratings repeat others"), skipped.out());
    for (String command : new String[] {"recommend", "evaluate-ratings"}) {
      CommandRun run =
          run(command, "--scale", "1..5", command.equals("recommend") ? "ann" : "--seed=1");
      assertTrue(run.err().contains("line 3"), run.err());
    }
    assertTrue(run("similar", "--scale", "1-5", "a").err().contains("as in 1..5"));
    assertTrue(run("similar", "--repeats", "newest", "a").err().contains("there are last, first"));
  }

  @Test
  void columnsByNameWithoutRatings() throws IOException {
    Files.writeString(Path.of(ratings), "when,film,who\n1,a,ann\n2,b,ann\n3,a,bob\n4,a,bob\n");
    CommandRun run = run("similar", "--columns", "who,film", "--repeats", "sum", "a");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("2 users, 2 items: 3, from 1.0 to 2.0"), run.out());
    assertTrue(run("similar", "--columns", "who", "a").err().contains("USER,ITEM,RATING,TIME"));
    assertTrue(run("similar", "--columns", "who,fim", "a").err().contains("fim"));
  }

  @Test
  void mistakesGetOneLine() {
    CommandRun noItem = run("similar", "zeta");
    assertEquals(1, noItem.status());
    assertTrue(noItem.err().contains("there is no item 'zeta'"), noItem.err());
    assertTrue(run("similar", "lph").err().contains("there are 'Alpha'"));
    CommandRun noMeasure = run("similar", "--similarity", "cosin", "a");
    assertEquals(1, noMeasure.status());
    assertTrue(noMeasure.err().contains("there are cosine, adjusted-cosine"), noMeasure.err());
    assertEquals(1, run("recommend", "eve").status());
    assertEquals(2, run("recommend").status());
    assertEquals(1, CommandRun.of("similar", "--ratings", "nowhere.csv", "a").status());
  }
}
