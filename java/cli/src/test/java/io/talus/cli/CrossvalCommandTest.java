package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talus crossval} on digits. */
class CrossvalCommandTest {
  @TempDir private static Path shared;
  private static String digits;

  @TempDir private Path folder;
  private int runs;

  @BeforeAll
  static void write() throws IOException {
    digits = DigitsFile.in(shared);
  }

  /** Each in a folder of its own, {@code out1} and so on. */
  private CommandRun crossval(String... more) {
    return crossval(List.of("crossval", digits, "--out", out(++runs).toString()), more);
  }

  private static CommandRun crossval(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private CommandRun resume(int run, String... more) {
    return crossval(List.of("crossval", "--resume", out(run).toString()), more);
  }

  private Path out(int run) {
    return folder.resolve("out" + run);
  }

  @SuppressWarnings("unchecked")
  private static double[] numbers(Map<String, Object> values, String list, String name) {
    return ((List<Map<String, Object>>) values.get(list))
        .stream().mapToDouble(one -> ((Number) one.get(name)).doubleValue()).toArray();
  }

  @Test
  @SuppressWarnings("unchecked")
  void validatesAndLooksAtTheTestPartOnce() throws IOException {
    Path report = folder.resolve("report.html");
    Path json = folder.resolve("result.json");
    CommandRun run =
        crossval(
            "--folds",
            "3",
            "--epochs",
            "3",
            "--batch",
            "32",
            "--size",
            "8x8",
            "--augment",
            "shift 1",
            "--average-weights",
            "epoch",
            "--test-share",
            "0.2",
            "--final-test",
            "--learning-curve",
            "--report",
            report.toString(),
            "--json",
            json.toString());

    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("1,438 examples, 3 folds"), run.out());
    assertTrue(run.out().contains("fold 2 of 3, epoch   3 of 3: loss"), run.out());
    assertTrue(run.out().contains("; all folds: about 0:0"), run.out());
    assertTrue(run.out().contains("Test, never looked at before: "), run.out());
    assertFalse(run.out().contains("was not looked at"), run.out());
    Map<String, Object> values = JSON.std.mapFrom(Files.readString(json));
    double[] accuracies = numbers(values, "folds", "accuracy");
    double mean = Arrays.stream(accuracies).average().orElseThrow();
    double squares = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
    Map<String, Double> means = (Map<String, Double>) values.get("mean");
    Map<String, Double> deviations = (Map<String, Double>) values.get("deviation");
    assertTrue(mean > 0.8, run.out());
    assertEquals(mean, means.get("accuracy"), 1e-12);
    assertEquals(Math.sqrt(squares / 2), deviations.get("accuracy"), 1e-12);
    assertEquals(1438, Arrays.stream(numbers(values, "folds", "examples")).sum());
    assertEquals(1438, ((Map<String, Object>) values.get("together")).get("examples"));
    assertEquals(359, ((Map<String, Object>) values.get("test")).get("examples"));
    assertEquals(
        "[115.0, 230.0, 576.0, 1151.0]",
        Arrays.toString(numbers(values, "learningCurve", "learnedFrom")));
    String html = Files.readString(report);
    for (String part :
        List.of(
            "Each fold, judged by what it did not learn from",
            "Accuracy held out, each fold",
            "Accuracy, by examples learned from",
            "Confusion matrix, all folds together",
            "Confusion matrix, test",
            "What it got wrong",
            "What the first layer looks for")) {
      assertTrue(html.contains(part), part);
    }
    assertFalse(html.contains("{{") || html.contains(" src="), html);
  }

  @Test
  void theTestPartIsLeftAloneUnlessAskedFor() throws IOException {
    Path json = folder.resolve("result.json");
    CommandRun run =
        crossval("--folds", "2", "--epochs", "1", "--test-share", "0.5", "--json", json.toString());
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("The test part, 901 examples, was not looked at"), run.out());
    assertFalse(Files.readString(json).contains("\"test\""));
    assertTrue(run.out().contains("have fewer than 100 examples"), "what to expect of few");
  }

  @Test
  void sevenFoldsNeedASecondWord() {
    CommandRun refused = crossval("--folds", "7", "--epochs", "1");
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("7 folds: more than 6 are too small"), refused.err());
    assertTrue(refused.err().contains("--many-folds"), refused.err());
    CommandRun many = crossval("--folds", "7", "--many-folds", "--epochs", "1");
    assertEquals(0, many.status(), many.err());
    assertTrue(many.out().contains("fold 7: "), many.out());
    assertEquals(1, crossval("--folds", "1", "--many-folds").status());
  }

  @Test
  void theSameSeedGivesTheSameResult() throws IOException {
    Path first = folder.resolve("first.json");
    Path second = folder.resolve("second.json");
    for (Path json : List.of(first, second)) {
      crossval("--folds", "2", "--epochs", "1", "--seed", "3", "--json", json.toString());
    }
    assertEquals(-1, Files.mismatch(first, second));
  }

  @Test
  void mistakesGetOneLine() throws IOException {
    CommandRun noTest = crossval("--final-test");
    assertEquals(1, noTest.status());
    assertTrue(noTest.err().contains("set one aside with --test-share"), noTest.err());
    CommandRun nowhere = crossval("--json", folder.resolve("nowhere").resolve("a.json").toString());
    assertEquals(1, nowhere.status());
    assertTrue(nowhere.err().contains("nowhere is not a folder"), nowhere.err());
    assertFalse(nowhere.out().contains("fold 1"), "found out after all the work");
    CommandRun noImages = crossval("--augment", "shift 1");
    assertTrue(noImages.err().contains("the examples are no images"), noImages.err());
    CommandRun layers = crossval("--layers", "dens 3, dense");
    assertTrue(layers.err().contains("there is no layer 'dens'"), layers.err());
    Path rare = folder.resolve("rare.csv");
    Files.writeString(rare, "1,a\n2,a\n3,a\n4,a\n5,a\n6,b\n7,b\n8,b\n");
    CommandRun few = CommandRun.of("crossval", rare.toString());
    assertEquals(1, few.status());
    assertTrue(few.err().contains("would be empty in some of 5 folds"), few.err());
    DigitsFile.idx(folder, "train", DigitsFile.rows().subList(0, 100));
    DigitsFile.idx(folder, "t10k", DigitsFile.rows().subList(100, 150));
    CommandRun twice =
        CommandRun.of("crossval", folder.toString(), "--test-share", "0.1", "--format", "idx");
    assertTrue(twice.err().contains("has a test part; leave it out"), twice.err());
    for (int run = 1; run <= runs; run++) {
      assertFalse(Files.exists(out(run)), "something was written");
    }
    assertFalse(Files.exists(Path.of("talus-crossval")), "something was written");
  }

  @Test
  void whatIsDoneIsReadAndMoreMayBeAskedFor() throws IOException {
    Path whole = folder.resolve("whole.json");
    Path pieces = folder.resolve("pieces.json");
    String[] settings = {
      "--folds", "2", "--epochs", "2", "--batch", "32", "--seed", "3", "--test-share", "0.2"
    };
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(List.of("--final-test", "--learning-curve", "--json", whole.toString()));
    CommandRun first = crossval(all.toArray(String[]::new));
    assertEquals(0, first.status(), first.err());

    assertEquals(0, crossval(settings).status());
    CommandRun more = resume(2, "--learning-curve", "--final-test", "--json", pieces.toString());
    assertEquals(0, more.status(), more.err());
    assertFalse(more.out().contains("fold 1 of 2, epoch"), more.out());
    assertTrue(more.out().contains("fold 1: ") && more.out().contains("all folds, epoch"));
    assertEquals(-1, Files.mismatch(whole, pieces));

    Files.delete(pieces);
    CommandRun again = resume(2);
    assertEquals(0, again.status(), again.err());
    assertFalse(again.out().contains(", epoch "), again.out());
    assertEquals(-1, Files.mismatch(whole, pieces), "what was added is remembered");
  }

  @Test
  void anotherCrossValidationIsNotGoneOnWith() throws IOException {
    Path data = folder.resolve("own.csv");
    List<int[]> rows = new ArrayList<>(DigitsFile.rows().subList(0, 200));
    DigitsFile.csv(data, rows);
    List<String> own =
        List.of("crossval", data.toString(), "--out", out(1).toString(), "--batch", "32");
    assertEquals(0, crossval(own, "--folds", "2", "--epochs", "1").status());
    byte[] notes = Files.readAllBytes(out(1).resolve("crossval.json"));
    CommandRun twice = crossval(own, "--folds", "2", "--epochs", "1");
    assertEquals(1, twice.status());
    assertTrue(twice.err().contains("is of another cross-validation"), twice.err());
    CommandRun batch = resume(1, "--batch", "7");
    assertEquals(1, batch.status());
    assertTrue(batch.err().contains("the batch is 32 there, 7 here"), batch.err());
    assertTrue(resume(1, "--folds", "3").err().contains("number of folds is 2 there, 3 here"));
    assertTrue(resume(1, "--layers", "dense").err().contains("the network is "));
    assertTrue(resume(1, "--schedule", "cosine").err().contains("the checksum of the schedule"));
    assertArrayEquals(notes, Files.readAllBytes(out(1).resolve("crossval.json")));
    assertEquals(0, resume(1).status(), "nothing was harmed");

    int[] changed = rows.get(0).clone();
    changed[10]++;
    rows.set(0, changed);
    DigitsFile.csv(data, rows);
    CommandRun other = resume(1);
    assertEquals(1, other.status());
    assertTrue(other.err().contains("100 rows of 64 features, 10 classes, with checksum "));
    CommandRun anew = crossval(own, "--folds", "3", "--epochs", "1", "--overwrite");
    assertEquals(0, anew.status(), anew.err());
  }

  @Test
  void damagedFilesAreNamed() throws IOException {
    assertEquals(0, crossval("--folds", "2", "--epochs", "1").status());
    Path fold = out(1).resolve("fold-2.training.safetensors");
    Files.write(fold, Arrays.copyOf(Files.readAllBytes(fold), 1000));
    CommandRun cut = resume(1);
    assertEquals(1, cut.status());
    assertTrue(cut.err().contains("talus: " + fold + ": "), cut.err());
    Files.delete(fold);
    CommandRun anew = resume(1);
    assertEquals(0, anew.status(), anew.err());
    assertTrue(anew.out().contains("fold 2 of 2, epoch"), "without its file, it is done anew");
    Path notes = out(1).resolve("crossval.json");
    Files.writeString(notes, "{ \"version\"");
    assertTrue(resume(1).err().contains(notes + ": is damaged"), "notes");
    Files.delete(notes);
    assertTrue(resume(1).err().contains("there is no crossval.json in it"), "no notes");
    assertTrue(resume(7).err().contains("a folder that 'crossval' wrote to"), "no folder");
  }
}
