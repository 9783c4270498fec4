package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
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
    Assumptions.assumeTrue(Files.exists(Path.of("/bin/kill")), "there is no /bin/kill");
    goesOnToTheSameBits("INT", 130);
  }

  @Test
  void termination() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/bin/kill")), "there is no /bin/kill");
    goesOnToTheSameBits("TERM", 143);
  }

  private void goesOnToTheSameBits(String signal, int status) throws Exception {
    String digits = DigitsFile.in(folder);
    Path out = folder.resolve("stopped");
    Process process =
        ChildRun.start(Map.of(), List.of("-Xmx512m"), arguments(digits, out, 1_000_000));
    String before = readUntil(process, "epoch   1 of");
    new ProcessBuilder("/bin/kill", "-" + signal, "" + process.pid()).start().waitFor();
    ChildRun run = ChildRun.ended(process, before);

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

  private static String readUntil(Process process, String wanted) throws IOException {
    StringBuilder read = new StringBuilder();
    BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8), 1);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      read.append(line).append('\n');
      if (line.contains(wanted)) {
        return read.toString();
      }
    }
    throw new AssertionError("'" + wanted + "' never came; only\n" + read);
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
