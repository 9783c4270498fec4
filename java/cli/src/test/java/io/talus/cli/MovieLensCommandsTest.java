package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.data.DataFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on ratings with MovieLens 100K, where that is there. */
class MovieLensCommandsTest {
  @TempDir private Path folder;

  private static CommandRun run(String command, String... more) {
    List<String> all = new ArrayList<>(List.of(command, "--titles", data("u.item")));
    all.addAll(Arrays.asList(more));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    return run;
  }

  private static String data(String name) {
    return DataFolder.require("ml-100k/" + name).toString();
  }

  @Test
  void starWarsIsLikeItsSequels() {
    String model = folder.resolve("model").toString();
    run("similar", "--ratings", data("u.data"), "--save", model, "50");
    CommandRun kept = run("similar", "--model", model, "--count", "1", "Star Wars (1977)");
    assertTrue(kept.out().contains("Return of the Jedi (1983)"), kept.out());
  }

  /** The mean's error is the deviation of all ratings; neighbours came to 0.919 with seed 1. */
  @Test
  void neighboursPredictBetterThanTheMean() {
    String[] said = {"--methods", "mean,item-knn:baseline", "--top", "5", "--scale", "1..5"};
    List<String> all = new ArrayList<>(List.of("--ratings", data("u.data")));
    all.addAll(List.of(said));
    String out = run("evaluate-ratings", all.toArray(String[]::new)).out();
    assertEquals(1.126, rmse(out, "mean"), 0.01, out);
    assertEquals(0.919, rmse(out, "item-knn:baseline"), 0.002, out);
  }

  private static double rmse(String out, String method) {
    Matcher line = Pattern.compile("(?m)^" + method + " +([0-9.]+) ").matcher(out);
    assertTrue(line.find(), out);
    return Double.parseDouble(line.group(1));
  }
}
