package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.Devices;
import io.talus.data.Folds;
import io.talus.data.Ratings;
import io.talus.data.RatingsReader;
import io.talus.data.RatingsSplit;
import io.talus.recommend.Centering;
import io.talus.recommend.FoldResults;
import io.talus.recommend.Knn;
import io.talus.recommend.PopularityRecommender;
import io.talus.recommend.RankingMetrics;
import io.talus.recommend.RankingProtocol;
import io.talus.recommend.RatingMetrics;
import io.talus.recommend.RatingSimilarity;
import io.talus.recommend.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code talus evaluate-ratings}: what the library finds, in tables and files. */
class EvaluateRatingsCommandTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = RatingsFile.write(RatingsFile.drawn(), folder.resolve("ratings.csv"));
  }

  private CommandRun run(String... more) {
    List<String> all = new ArrayList<>(List.of("evaluate-ratings", "--ratings", file.toString()));
    all.addAll(Arrays.asList(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  /** Whether there is a line that begins so, however wide its columns are. */
  private static void assertLine(String text, String begin, Object... values) {
    String line = String.format(Locale.ROOT, begin, values);
    assertTrue(
        text.lines().anyMatch(one -> one.replaceAll(" +", " ").startsWith(line)),
        line + "\nis not in\n" + text);
  }

  @Test
  void tablesHaveWhatTheLibraryFinds() throws IOException {
    String methods = "item-knn:z-score,popularity,mean";
    String[] said = {"--methods", methods, "--folds", "3", "--seed", "7", "--neighbors", "5"};
    CommandRun run = run(said);
    assertEquals(0, run.status(), run.err());

    Ratings ratings = RatingsReader.read(file);
    Knn knn = Knn.ofItems(RatingSimilarity.COSINE, 5).centering(Centering.Z_SCORE);
    List<RatingsSplit> splits = RatingsSplit.folds(ratings, Folds.of(3), 7);
    FoldResults<RatingMetrics> errors =
        FoldResults.of(splits, train -> knn.fit(Devices.best(), train), RatingMetrics::of);
    assertLine(
        run.out(),
        "item-knn:z-score %.4f %.4f %.1f",
        errors.mean(RatingMetrics::rmse),
        errors.mean(RatingMetrics::mae),
        errors.mean(RatingMetrics::fallbacks));
    String deviation = String.format("+-%.4f", errors.deviation(RatingMetrics::rmse));
    assertTrue(run.out().contains(deviation), deviation + "\n" + run.out());
    FoldResults<RankingMetrics> rankings =
        FoldResults.of(
            splits,
            PopularityRecommender::new,
            (model, split) -> RankingMetrics.of(model, split, RankingProtocol.top(10)));
    assertLine(
        run.out(),
        "popularity %.4f %.4f %.4f %.4f",
        rankings.mean(RankingMetrics::hitRate),
        rankings.mean(RankingMetrics::precision),
        rankings.mean(RankingMetrics::recall),
        rankings.mean(RankingMetrics::ndcg));
    assertTrue(run.out().contains("3 folds: 100 %"), run.out());
    assertEquals(tables(run), tables(run(said)), "the same seed, the same tables");
  }

  private static String tables(CommandRun run) {
    return run.out().substring(run.out().indexOf("predicted ratings"));
  }

  @Test
  void allMethodsStandSideBySide() {
    CommandRun run = run("--epochs", "3", "--factors", "4", "--folds", "2");
    assertEquals(0, run.status(), run.err());
    for (String method :
        new String[] {
          "mean ",
          "baselines ",
          "popularity ",
          "item-knn:none ",
          "item-knn:mean ",
          "item-knn ",
          "item-knn:z-score ",
          "item-knn:baseline ",
          "user-knn:mean ",
          "user-knn ",
          "factorization "
        }) {
      assertLine(run.out(), method);
    }
  }

  @Test
  void neighboursPerColumnAreJudgedToo() throws IOException {
    String[] said = {"--methods", "user-knn", "--folds", "2", "--neighbors=3", "--seed", "7"};
    assertTrue(run(said).out().contains("Neighbours: COSINE, k 3 per row"));
    said[4] = "--neighbors=3 --neighbors-kept=per-column";
    CommandRun run = run(String.join(" ", said).split(" "));
    assertTrue(run.out().contains("Neighbours: COSINE, k 3 per column"), run.out() + run.err());
    Knn knn = Knn.ofUsers(RatingSimilarity.COSINE, 3).topK(TopK.PER_COLUMN);
    FoldResults<RankingMetrics> rankings =
        FoldResults.of(
            RatingsSplit.folds(RatingsReader.read(file), Folds.of(2), 7),
            train -> knn.fit(Devices.best(), train),
            (model, split) -> RankingMetrics.of(model, split, RankingProtocol.top(10)));
    assertLine(
        run.out(),
        "user-knn %.4f %.4f %.4f %.4f",
        rankings.mean(RankingMetrics::hitRate),
        rankings.mean(RankingMetrics::precision),
        rankings.mean(RankingMetrics::recall),
        rankings.mean(RankingMetrics::ndcg));
  }

  @Test
  void otherProgramsGetEveryFold() throws IOException {
    Path json = folder.resolve("judged.json");
    CommandRun run = run("--methods", "popularity,mean", "--folds", "2", "--json", json + "");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Written: " + json), run.out());
    Map<String, Object> read = JSON.std.mapFrom(Files.readString(json));
    assertEquals("2 folds", read.get("split"));
    List<?> tables = (List<?>) read.get("tables");
    assertEquals(2, tables.size());
    Map<?, ?> methods = (Map<?, ?>) ((Map<?, ?>) tables.get(1)).get("methods");
    assertEquals(Set.of("popularity"), methods.keySet());
    Map<?, ?> ndcg = (Map<?, ?>) ((Map<?, ?>) methods.get("popularity")).get("nDCG");
    FoldResults<RankingMetrics> rankings =
        FoldResults.of(
            RatingsSplit.folds(RatingsReader.read(file), Folds.of(2), 1),
            PopularityRecommender::new,
            (model, split) -> RankingMetrics.of(model, split, RankingProtocol.top(10)));
    assertEquals(rankings.mean(RankingMetrics::ndcg), ndcg.get("mean"));
    assertEquals(rankings.deviation(RankingMetrics::ndcg), ndcg.get("deviation"));
    assertEquals(rankings.folds().stream().map(RankingMetrics::ndcg).toList(), ndcg.get("folds"));
  }

  @ParameterizedTest
  @CsvSource({
    "leave-one-out,''",
    "leave-last-out,''",
    "user-wise,0.25",
    "temporal,0.1",
    "random,0.5",
  })
  void otherSplits(String split, String heldOut) throws IOException {
    Path csv = folder.resolve("all.csv");
    List<String> said =
        new ArrayList<>(
            List.of("--split", split, "--methods", "user-mean,popularity", "--csv", csv + ""));
    if (!heldOut.isEmpty()) {
      said.addAll(List.of("--held-out", heldOut));
    }
    CommandRun run = run(said.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    assertFalse(run.out().contains("+-"), "one split has no deviation");
    List<String> lines = Files.readAllLines(csv);
    assertEquals("judged,method,fold,metric,value", lines.get(0));
    assertEquals(1 + 3 + 9, lines.size(), lines.toString());
    if (split.equals("temporal")) {
      // The latest are all ratings of the last 6 users, who have no others to take the mean of.
      assertTrue(lines.contains("predicted ratings,user-mean,1,fallbacks,72.0"), lines + "");
    }
  }

  @Test
  void countsAreRankedAlone() throws IOException {
    Ratings counts = RatingsFile.drawn().map(stars -> Math.round(Math.exp(2 * stars)));
    file = RatingsFile.write(counts, folder.resolve("counts.csv"));
    CommandRun run =
        run("--counts", "--weights", "bm25", "--factors", "6", "--epochs", "3", "--top", "5");
    assertEquals(0, run.status(), run.err());
    assertFalse(run.out().contains("RMSE"), run.out());
    assertLine(run.out(), "implicit ");
    assertLine(run.out(), "user-knn ");
    assertTrue(run.out().contains("top 5 of all items"), run.out());
    Files.writeString(file, "a,x,-1\nb,x,2\n");
    assertTrue(run("--counts").err().contains("have negative ones"));
  }

  @Test
  void allEqualRatingsArePredictedExactly() throws IOException {
    Ratings equal = RatingsFile.drawn().map(stars -> 3);
    file = RatingsFile.write(equal, folder.resolve("equal.csv"));
    CommandRun run = run("--epochs", "1", "--folds", "2", "--similarity", "pearson");
    assertEquals(0, run.status(), run.err());
    assertLine(run.out(), "item-knn:z-score ");
    assertTrue(
        run.out().lines().anyMatch(line -> line.matches("mean +0\\.0000 +0\\.0000 .*")), run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--folds 7 | more than 6",
        "--folds 1 | at least 2",
        "--folds 3 --split random | --folds is for --split folds alone",
        "--held-out 0.3 | --held-out is for user-wise, random and temporal alone",
        "--held-out 1.3 --split temporal | expected 0 to 1",
        "--held-out 0 --split temporal | leaves nothing to judge by",
        "--held-out 1 --split random | leaves nothing to learn from",
        "--split halves | there are folds, leave-one-out",
        "--methods item-knm | there are mean, user-mean, item-mean",
        "--methods mean:none | for item-knn and user-knn alone",
        "--methods item-knn:men | there are none, mean, z-score, baseline",
        "--top 0 | k is 0",
        "--neighbors 0 | k is 0",
        "--neighbors 5 --min-neighbors 6 | minNeighbors is 6",
        "--model-size 3 | modelSize is 3",
        "--support 0 --similarity pearson | least is 0, expected at least 1",
        "--k1 2 | of --weights bm25",
        "--methods factorization --learning-rate 100 | take a smaller learning rate",
        "--csv nowhere/file.csv --methods mean | nowhere is not a folder",
        "--json nowhere/file.json --methods mean | nowhere is not a folder",
        "--report nowhere/file.html --methods mean | nowhere is not a folder",
      })
  void mistakesGetOneLine(String said, String expected) {
    CommandRun run = run(said.strip().split(" "));
    assertEquals(1, run.status(), run.out());
    assertTrue(run.err().contains(expected.strip()), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
  }

  @Test
  void whereNothingIsRelevantThereIsNoFigure() {
    Path report = folder.resolve("report.html");
    CommandRun run =
        run("--methods", "popularity", "--relevant-from", "9", "--report", report.toString());
    assertEquals(0, run.status(), run.err());
    assertLine(run.out(), "popularity - - - - - - - - -");
    assertTrue(Files.exists(report));
  }

  @Test
  void filesWithoutWhatIsNeededAreRefused() throws IOException {
    Files.writeString(file, "");
    assertTrue(run().err().contains("there is no rating in it"));
    Files.writeString(file, "a,x,1\nb,y,2\nc,z,3\nd,w,4\ne,v,5\n");
    assertTrue(run("--split", "temporal").err().contains("these ratings have none"));
    assertTrue(run("--split", "leave-one-out").err().contains("leaves nothing to judge by"));
    assertEquals(2, CommandRun.of("evaluate-ratings").status());
  }
}
