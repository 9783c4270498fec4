package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cross-validation stopped within a fold, in a process of its own, and gone on with in another.
 */
class CrossvalInterruptedTest {
  private static final List<String> SETTINGS =
      List.of(
          "--folds",
          "2",
          "--epochs",
          "20",
          "--size",
          "8x8",
          "--batch",
          "4",
          "--optimizer",
          "adam",
          "--dropout",
          "0.3",
          "--layers",
          "conv 3x3 8 pad 1, relu, pool 2, dense 32, relu, dense",
          "--test-share",
          "0.3",
          "--final-test");

  @TempDir private Path folder;

  private String[] arguments(String digits, String name) {
    List<String> all = new ArrayList<>(List.of("crossval", digits));
    all.addAll(SETTINGS);
    all.addAll(List.of("--out", folder.resolve(name).toString()));
    all.addAll(List.of("--json", folder.resolve(name + ".json").toString()));
    return all.toArray(String[]::new);
  }

  @Test
  void goesOnToTheSameResult() throws Exception {
    String digits = DigitsFile.in(folder);
    Path out = folder.resolve("stopped");
    Path json = folder.resolve("stopped.json");
    ChildRun run =
        ChildRun.interrupted("INT", "fold 2 of 2, epoch   1 of", arguments(digits, "stopped"));
    assertEquals(130, run.status(), run.output());
    assertTrue(run.output().contains("talus crossval --resume " + out), run.output());
    assertFalse(Files.exists(json), "a result of folds that are not done");

    CommandRun resumed = CommandRun.of("crossval", "--resume", out.toString());
    assertEquals(0, resumed.status(), resumed.err());
    assertFalse(resumed.out().contains("fold 1 of 2, epoch"), resumed.out());
    assertFalse(resumed.out().contains("fold 2 of 2, epoch   1 of"), resumed.out());
    CommandRun whole = CommandRun.of(arguments(digits, "whole"));
    assertEquals(0, whole.status(), whole.err());
    assertEquals(-1, Files.mismatch(folder.resolve("whole.json"), json), run.output());
  }
}
