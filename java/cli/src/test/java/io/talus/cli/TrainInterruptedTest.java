package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is stopped by a signal, in a process of its own, and gone on with in another. */
class TrainInterruptedTest {
  private static final Pattern EPOCH = Pattern.compile("epoch +(\\d+) of");
  private static final String[] SETTINGS = {
    "--size",
    "8x8",
    "--batch",
    "4",
    "--optimizer",
    "adam",
    "--dropout",
    "0.3",
    "--layers",
    "conv 3x3 8 pad 1, relu, pool 2, dense 32, relu, dense"
  };

  @TempDir private Path folder;

  private static String[] arguments(String digits, Path out, int epochs) {
    String[] all = new String[SETTINGS.length + 6];
    System.arraycopy(
        new String[] {"train", digits, "--out", out.toString(), "--epochs", "" + epochs},
        0,
        all,
        0,
        6);
    System.arraycopy(SETTINGS, 0, all, 6, SETTINGS.length);
    return all;
  }

  @Test
  void ctrlC() throws Exception {
    goesOnToTheSameBits("INT", 130);
  }

  @Test
  void termination() throws Exception {
    goesOnToTheSameBits("TERM", 143);
  }

  private void goesOnToTheSameBits(String signal, int status) throws Exception {
    String digits = DigitsFile.in(folder);
    Path out = folder.resolve("stopped");
    ChildRun run = ChildRun.interrupted(signal, "epoch   1 of", arguments(digits, out, 1_000_000));

    assertEquals(status, run.status(), run.output());
    assertTrue(run.output().contains("talus train --resume " + out), run.output());
    assertFalse(Files.exists(out.resolve("model.safetensors")), "a model that is not finished");
    int epochs = lastEpoch(run.output()) + 2;
    CommandRun resumed =
        CommandRun.of("train", "--resume", out.toString(), "--epochs", "" + epochs);
    assertEquals(0, resumed.status(), resumed.err());

    Path whole = folder.resolve("whole");
    CommandRun uninterrupted = CommandRun.of(arguments(digits, whole, epochs));
    assertEquals(0, uninterrupted.status(), uninterrupted.err());
    assertEquals(
        -1,
        Files.mismatch(out.resolve("model.safetensors"), whole.resolve("model.safetensors")),
        () -> "stopped in epoch " + (epochs - 1));
  }

  private static int lastEpoch(String output) {
    Matcher found = EPOCH.matcher(output);
    int last = 0;
    while (found.find()) {
      last = Integer.parseInt(found.group(1));
    }
    return last;
  }
}
