package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.Recommendations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --save}, {@code --model} and {@code --out}: what commands leave in files. */
class SavedRecommenderTest {
  @TempDir private Path folder;
  private Path ratings;
  private Path model;

  @BeforeEach
  void write() throws IOException {
    ratings = RatingsFile.write(RatingsFile.drawn(), folder.resolve("ratings.csv"));
    model = folder.resolve("model");
  }

  private CommandRun learn(String command, String... more) {
    return run(command, "--ratings", ratings.toString(), more);
  }

  private CommandRun recall(String command, String... more) {
    return run(command, "--model", model.toString(), more);
  }

  private static CommandRun run(String command, String option, String file, String... more) {
    List<String> all = new ArrayList<>(List.of(command, option, file));
    all.addAll(Arrays.asList(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static String fromHeading(String out) {
    return out.substring(out.indexOf("For user"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "item-knn --weights bm25 --k1 3",
        "user-knn --similarity pearson --support 2 --shrinkage 5",
        "item-knn --similarity conditional-probability --neighbors 4 --neighbors-kept per-column",
        "factorization --factors 3 --epochs 2",
        "implicit --factors 3 --epochs 2 --alpha 2",
      })
  void whatIsKeptRecommendsTheSame(String method) {
    List<String> said = new ArrayList<>(List.of("--save", model.toString(), "--method"));
    said.addAll(List.of(method.split(" ")));
    said.addAll(List.of("u0", "u7"));
    CommandRun learned = learn("recommend", said.toArray(String[]::new));
    assertEquals(0, learned.status(), learned.err());
    assertTrue(learned.out().contains("Kept in " + model), learned.out());
    CommandRun recalled = recall("recommend", "u0", "u7");
    assertEquals(0, recalled.status(), recalled.err());
    assertEquals(fromHeading(learned.out()), fromHeading(recalled.out()));
  }

  @Test
  void neighboursAreKeptOfItemsAndOfUsers() {
    learn("similar", "--save", model.toString(), "i1");
    CommandRun items = recall("similar", "i1");
    assertEquals(0, items.status(), items.err());
    assertTrue(items.out().contains("Most similar to i1"), items.out());
    assertTrue(recall("similar", "--users", "u1").err().contains("in --model are items"));
    learn("similar", "--users", "--save", model.toString(), "u1");
    assertTrue(recall("similar", "--users", "u1").out().contains("Most similar to u1"));
    assertTrue(recall("similar", "i1").err().contains("--users asks for those"));
    learn("recommend", "--method", "factorization", "--epochs", "1", "--save", model + "", "u1");
    assertTrue(recall("similar", "i1").err().contains("what is kept there has none"));
  }

  @Test
  void whatOnlyLearningHeedsIsRefusedBesideAModel() {
    learn("similar", "--save", model.toString(), "i1");
    for (String[] more :
        new String[][] {
          {"--neighbors", "3", "i1"}, {"--ratings", ratings + "", "i1"}, {"--save", "x", "i1"}
        }) {
      CommandRun run = recall("similar", more);
      assertEquals(2, run.status());
      assertTrue(run.err().contains(more[0] + " is for learning"), run.err());
    }
  }

  @Test
  void damagedModelsGetOneLine() throws IOException {
    learn("similar", "--save", model.toString(), "i1");
    byte[] good = Files.readAllBytes(model);
    byte[] changed = good.clone();
    changed[good.length / 2] ^= 1;
    for (byte[] bad :
        new byte[][] {changed, Arrays.copyOf(good, good.length - 9), new byte[0], {1, 2, 3}}) {
      Files.write(model, bad);
      CommandRun run = recall("recommend", "u1");
      assertEquals(1, run.status());
      assertTrue(run.err().startsWith("talus: " + model + ": "), run.err());
      assertEquals(1, run.err().lines().count(), run.err());
    }
    Files.delete(model);
    assertTrue(recall("recommend", "u1").err().contains("NoSuchFile"));
  }

  /** What was there before stays whatever fails, and nothing is left behind. */
  @Test
  void whatCannotBeKeptLeavesNothingBehind() throws IOException {
    CommandRun nowhere = learn("similar", "--save", folder + "/no/model", "i1");
    assertEquals(1, nowhere.status());
    assertTrue(nowhere.err().contains("is not a folder"), nowhere.err());
    CommandRun counted = learn("recommend", "--method", "popularity", "--save", model + "", "u1");
    assertEquals(1, counted.status());
    assertTrue(counted.err().contains("counted anew"), counted.err());
    Path taken = Files.createDirectories(folder.resolve("taken/by/files"));
    assertEquals(1, learn("similar", "--save", taken.getParent() + "", "i1").status());
    try (var files = Files.list(folder)) {
      assertArrayEquals(
          new String[] {"ratings.csv", "taken"}, files.map(DataFiles::name).sorted().toArray());
    }
  }

  @Test
  void everyoneGoesIntoATable() throws IOException {
    Path out = folder.resolve("all.csv");
    Path titles = folder.resolve("titles.csv");
    Files.writeString(titles, "id,title\ni0,\"One, \"\"the\"\" first\"\n");
    CommandRun run =
        learn("recommend", "--method", "popularity", "--all", "--count", "3", "--out", out + "");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Recommending: 100 %"), run.out());
    Ratings read = RatingsReader.read(ratings);
    Recommendations expected = new PopularityRecommender(read).recommendAll(3);
    List<String> lines = new ArrayList<>(List.of("user,rank,item,score"));
    for (int user = 0; user < read.users(); user++) {
      for (int rank = 0; rank < expected.size(user); rank++) {
        String item = read.itemId(expected.item(user, rank));
        float score = (float) expected.score(user, rank);
        lines.add(read.userId(user) + "," + (rank + 1) + "," + item + "," + score);
      }
    }
    assertEquals(lines, Files.readAllLines(out));

    learn("recommend", "--titles", titles + "", "--seen", "--count", "99", "--out", out + "", "u1");
    List<String> titled = Files.readAllLines(out);
    assertEquals("user,rank,item,score,title", titled.get(0));
    assertTrue(
        titled.stream().anyMatch(l -> l.endsWith(",\"One, \"\"the\"\" first\"")), titled + "");
    assertTrue(titled.stream().skip(1).allMatch(line -> line.startsWith("u1,")), titled + "");
  }

  @Test
  void whomAndWhereMustBeSaid() {
    assertEquals(2, learn("recommend").status());
    assertEquals(2, learn("recommend", "--all").status());
    assertEquals(2, learn("recommend", "--all", "--out", "x.csv", "u1").status());
    assertEquals(2, CommandRun.of("recommend", "u1").status());
    assertTrue(CommandRun.of("recommend", "u1").err().contains("--ratings=FILE is missing"));
    assertTrue(learn("recommend", "--method", "mean", "u1").err().contains("ranks no items"));
    assertTrue(learn("recommend", "--count", "0", "u1").err().contains("n is 0"));
    assertFalse(Files.exists(folder.resolve("x.csv")));
  }
}
