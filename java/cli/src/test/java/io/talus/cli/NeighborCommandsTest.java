package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /** All ratings are 1 or 5, half of each: the mean of all is about 3, off by 2. */
  @Test
  void evaluatesInFiveFolds() throws IOException {
    StringBuilder lines = new StringBuilder("user,item,rating\n");
    for (int user = 0; user < 40; user++) {
      for (int item = 0; item < 10; item++) {
        lines.append(user).append(',').append(item).append(item < 5 ? ",1\n" : ",5\n");
      }
    }
    Path file = folder.resolve("many.csv");
    Files.writeString(file, lines);
    CommandRun run = CommandRun.of("evaluate-ratings", "--ratings", file.toString());
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().matches("(?s).*mean of all +2\\.0[0-9]{3} .*"), run.out());
    assertTrue(run.out().matches("(?s).*baselines +0\\.[0-9]{4} .*"), run.out());
    assertTrue(run.out().contains("neighbours: cosine"), run.out());
    assertTrue(run.out().contains("matrix factorization"), run.out());
  }

  @Test
  void mistakesGetOneLine() {
    CommandRun noItem = run("similar", "zeta");
    assertEquals(1, noItem.status());
    assertTrue(noItem.err().contains("there is no item 'zeta'"), noItem.err());
    CommandRun noMeasure = run("similar", "--similarity", "cosin", "a");
    assertEquals(1, noMeasure.status());
    assertTrue(noMeasure.err().contains("there are cosine, adjusted-cosine"), noMeasure.err());
    assertEquals(1, run("recommend", "eve").status());
    assertEquals(2, run("recommend").status());
    assertEquals(1, CommandRun.of("similar", "--ratings", "nowhere.csv", "a").status());
  }
}
