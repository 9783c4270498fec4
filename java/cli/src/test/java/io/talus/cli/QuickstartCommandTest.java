package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
  @TempDir private Path folder;

  @Test
  void learnsDigitsAndRecoversGenres() throws IOException {
    Path out = folder.resolve("out");
    CommandRun run = CommandRun.of("quickstart", "--out", out.toString(), "--epochs", "15");

    assertEquals(0, run.status(), run.err());
    assertTrue(percent(run.out(), "loaded again: ([0-9.]+) % of 359") > 95, run.out());
    assertTrue(percent(run.out(), "genres recovered +([0-9.]+) %") > 95, run.out());
    assertTrue(
        percent(run.out(), "recommended +([0-9.]+) %")
            > percent(run.out(), "by popularity +([0-9.]+) %"),
        run.out());
    assertTrue(Files.size(out.resolve("digits.safetensors")) > 4 * 9_600);
  }

  @Test
  void writesOneSelfContainedReport() throws IOException {
    CommandRun run = CommandRun.of("quickstart", "--out", folder.toString(), "--epochs", "2");

    assertEquals(0, run.status(), run.err());
    String html = Files.readString(folder.resolve("report.html"));
    assertTrue(html.contains("Confusion matrix"), html);
    assertTrue(html.contains("Most similar items"), html);
    assertTrue(html.contains("CC BY 4.0"), html);
    assertFalse(html.contains("<link"), "a style sheet from elsewhere");
    assertFalse(html.contains(" src="), "a script or picture from elsewhere");
    assertFalse(html.contains("{{"), "a name of the template that was not filled in");
  }

  @Test
  void sameSeedGivesTheSameModel() throws IOException {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    CommandRun.of("quickstart", "--out", first.toString(), "--epochs", "1", "--seed", "7");
    CommandRun.of("quickstart", "--out", second.toString(), "--epochs", "1", "--seed", "7");

    String model = "digits.safetensors";
    assertEquals(-1, Files.mismatch(first.resolve(model), second.resolve(model)));
  }

  @Test
  void aMissingFolderIsNamed() {
    CommandRun run = CommandRun.of("quickstart", "--data", folder.resolve("nowhere").toString());

    assertEquals(1, run.status());
    assertTrue(run.err().contains("nowhere: there is no such folder"), run.err());
  }

  @Test
  void aFolderWithoutDataSaysWhatWasLookedFor() {
    CommandRun run = CommandRun.of("quickstart", "--data", folder.toString());

    assertEquals(1, run.status());
    assertTrue(run.err().contains("train-images-idx3-ubyte"), run.err());
    assertTrue(run.err().contains("u.data"), run.err());
  }

  @Test
  void malformedRatingsAreNamedByLine() throws IOException {
    Files.writeString(folder.resolve("u.data"), "1\t2\t3\t4\n1\t2\tfive\t4\n");
    Path out = folder.resolve("out");
    CommandRun run =
        CommandRun.of("quickstart", "--data", folder.toString(), "--out", out.toString());

    assertEquals(1, run.status());
    assertTrue(run.err().contains("u.data, line 2"), run.err());
    assertTrue(run.err().contains("five"), run.err());
    assertFalse(Files.exists(out), "something was written in spite of the error");
  }

  @Test
  void anUnknownDeviceListsTheKnownOnes() {
    CommandRun run = CommandRun.of("quickstart", "--device", "abacus");

    assertEquals(1, run.status());
    assertTrue(run.err().contains("there is no device 'abacus'"), run.err());
    assertTrue(run.err().contains("java"), run.err());
  }

  private static double percent(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern + " not found in " + text);
    return Double.parseDouble(matcher.group(1));
  }
}
