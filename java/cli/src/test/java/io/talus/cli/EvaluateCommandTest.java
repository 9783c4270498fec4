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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talus evaluate}, of models that {@code talus train} wrote. */
class EvaluateCommandTest {
  private static final String ACCURACY = "([0-9.]+ % of \\d+ right, loss [0-9.]+)";

  @TempDir private static Path shared;
  private static String digits;
  private static TrainedDigits trained;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    digits = DigitsFile.in(shared);
    trained = TrainedDigits.train(Path.of(digits), shared.resolve("model"));
  }

  private static String found(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern + " not found in " + text);
    return matcher.group(1);
  }

  private static CommandRun evaluate(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "evaluate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(all);
  }

  private static void refused(String message, String... arguments) {
    CommandRun run = evaluate(arguments);
    assertEquals(1, run.status(), run.out());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
  }

  @Test
  void judgesWhatWasHeldOutAsTheTrainingDid() {
    CommandRun run = evaluate(trained.model());

    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("held-out: 179 examples"), run.out());
    assertEquals(found("Held out: " + ACCURACY, trained.run().out()), found(ACCURACY, run.out()));
    assertTrue(run.out().contains("top 5 "), run.out());
    assertTrue(run.out().contains("Confusion matrix"), run.out());
    assertTrue(run.out().contains("precision     recall         F1  examples"), run.out());
    assertFalse(run.out().contains("Note:"), run.out());
  }

  @Test
  void saysWhenTheExamplesWereLearnedFrom() {
    CommandRun run = evaluate(trained.model(), digits, "--part", "all");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("all: 1,797 examples"), run.out());
    assertTrue(run.out().contains("Note: it learned from these examples"), run.out());
  }

  @Test
  void judgesTheTestPartAsTheTrainingDid() throws IOException {
    List<int[]> rows = DigitsFile.rows();
    DigitsFile.idx(folder, "train", rows.subList(0, 900));
    DigitsFile.idx(folder, "t10k", rows.subList(900, 1400));
    DigitsFile.csv(folder.resolve("another.csv"), rows.subList(0, 9));
    TrainedDigits packed = TrainedDigits.train(folder, folder.resolve("model"), "--format", "idx");
    String test = found("Test, never looked at before: " + ACCURACY, packed.run().out());

    CommandRun run = evaluate(packed.model());
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("test: 500 examples"), run.out());
    assertEquals(test, found(ACCURACY, run.out()));
    assertTrue(evaluate(packed.model(), "--part", "all").out().contains("all: 1,400 examples"));
    assertTrue(evaluate(packed.model(), "--part", "held-out").out().contains(": 90 examples"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void writesAReportAndNumbers() throws IOException {
    Path report = folder.resolve("report.html");
    Path json = folder.resolve("result.json");
    CommandRun run =
        evaluate(trained.model(), digits, "--report", report.toString(), "--json", json.toString());

    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("Written: " + report + " and " + json), run.out());
    String html = Files.readString(report);
    for (String heading :
        List.of(
            "Confusion matrix, held-out",
            "What it got wrong, most certain first",
            "What the first layer looks for",
            "What layers make of an image",
            "convolution 3x3, padding 1x1")) {
      assertTrue(html.contains(heading), heading);
    }
    assertFalse(html.contains("{{") || html.contains(" src=") || html.contains("<link"), html);
    Map<String, Object> values = JSON.std.mapFrom(Files.readString(json));
    assertEquals("held-out", values.get("part"));
    List<List<Integer>> confusion = (List<List<Integer>>) values.get("confusion");
    int all = confusion.stream().flatMap(List::stream).mapToInt(Integer::intValue).sum();
    int right = 0;
    for (int c = 0; c < 10; c++) {
      right += confusion.get(c).get(c);
    }
    assertEquals(179, all);
    assertEquals((double) right / all, (Double) values.get("accuracy"), 1e-12);
    assertEquals(10, ((List<?>) values.get("classes")).size());
  }

  @Test
  void takesTheMeanOverViews() {
    CommandRun views = evaluate(trained.model(), digits, "--views", "shift 1");
    assertEquals(0, views.status(), views.err());
    assertFalse(
        found(ACCURACY, views.out()).equals(found(ACCURACY, evaluate(trained.model()).out())),
        "five views give what one does");
    CommandRun turned = evaluate(trained.model(), digits, "--views", "turn 90");
    assertEquals(1, turned.status());
    assertTrue(turned.err().contains("there is no view 'turn'"), turned.err());
  }

  @Test
  void aNetworkAloneIsJudgedToo() throws IOException {
    Path alone = folder.resolve("alone.safetensors");
    Files.copy(trained.folder().resolve("model.safetensors"), alone);
    CommandRun run = evaluate(alone.toString(), digits);
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("all: 1,797 examples"), run.out());
    assertEquals(2, evaluate(alone.toString()).status());
  }

  @Test
  void aDamagedModelIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(trained.folder().resolve("model.safetensors"));
    Path model = folder.resolve("cut.safetensors");
    for (int length : new int[] {0, 4, 100, whole.length - 1}) {
      Files.write(model, Arrays.copyOf(whole, length));
      refused(model.toString(), model.toString(), digits);
    }
    Files.writeString(model, "no model at all, but some text that is longer than a header");
    refused(model.toString(), model.toString(), digits);
  }

  @Test
  void notesOfAnotherModelAreRefused() throws IOException {
    for (String file : List.of("model.safetensors", "training.json")) {
      Files.copy(trained.folder().resolve(file), folder.resolve(file));
    }
    Path notes = folder.resolve("training.json");
    String text = Files.readString(notes);
    Files.writeString(notes, text.replaceFirst("\"9\"", "\"9\", \"10\""));
    refused("knows 10 classes, but the notes beside it are of 11", folder.toString(), digits);
    Files.writeString(notes, text.substring(0, text.length() / 2));
    refused("training.json: is damaged", folder.toString(), digits);
    Files.delete(folder.resolve("model.safetensors"));
    refused("there is no model in it", folder.toString(), digits);
    Files.createFile(folder.resolve("checkpoint.safetensors"));
    refused("the training has not ended", folder.toString(), digits);
  }

  @Test
  void otherDataAreRefused() throws IOException {
    List<int[]> rows = DigitsFile.rows();
    Path csv = folder.resolve("some.csv");
    Files.writeString(csv, "1,2,3,0\n4,5,6,1\n");
    refused("has rows of 3 features, where an image of 8x8x1 has 64", trained.model(), "" + csv);
    int[] other = rows.get(0).clone();
    other[64] = 11;
    DigitsFile.csv(csv, List.of(rows.get(1), other));
    refused("line 2: the class is '11', which is none of", trained.model(), csv.toString());
    DigitsFile.csv(csv, rows.subList(0, 20));
    refused(
        "takes 8x8x1 images, but some.csv has 4x16x1 images",
        trained.model(),
        csv.toString(),
        "--size",
        "4x16");
    refused("has no test part", trained.model(), csv.toString(), "--part", "test");
    refused("nothing was held out", trained.model(), csv.toString(), "--part", "held-out");
    refused("there are test, training, held-out, all", trained.model(), digits, "--part", "best");
    refused("there is no such file or folder", trained.model(), folder + "/nowhere");
    refused("there is no such file or folder", folder + "/nowhere", digits);
    Files.createDirectory(folder.resolve("empty"));
    refused("found no examples", trained.model(), folder + "/empty");
  }

  @Test
  void aReportThatCannotBeWrittenIsAnError() throws IOException {
    String nowhere = folder.resolve("nowhere").resolve("report.html").toString();
    refused("is not a folder", trained.model(), "--report", nowhere);
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }
}
