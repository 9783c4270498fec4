package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.talus.Devices;
import io.talus.train.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talus train} from files to files. */
class TrainCommandTest {
  private static final String MODEL = "model.safetensors";

  @TempDir private Path folder;

  private CommandRun train(String out, String... more) throws IOException {
    if (!Files.exists(folder.resolve("digits.csv.gz"))) {
      DigitsFile.in(folder);
    }
    List<String> all = new ArrayList<>(List.of("train", folder + "/digits.csv.gz"));
    all.addAll(List.of("--out", folder + "/" + out, "--size", "8x8"));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private Path in(String out, String file) {
    return folder.resolve(out).resolve(file);
  }

  private static double percent(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertTrue(matcher.find(), pattern + " not found in " + text);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void learnsDigitsAndWritesAllOfIt() throws IOException {
    CommandRun run =
        train(
            "out",
            "--layers",
            "conv 3x3 16 pad 1, relu, pool 2, dense 64, relu, dense",
            "--optimizer",
            "adam",
            "--batch",
            "32",
            "--learning-rate",
            "0.002",
            "--epochs",
            "6",
            "--augment",
            "shift 1");

    assertEquals(0, run.status(), run.err());
    assertTrue(percent(run.out(), "Held out: ([0-9.]+) % of 179 right") > 90, run.out());
    assertTrue(run.out().contains("1,618 examples, 179 held out"), run.out());
    assertTrue(run.out().contains("epoch   6 of 6: loss"), run.out());
    assertTrue(run.out().contains("examples/s, 0:00 left"), run.out());
    assertTrue(run.out().contains("convolution 3x3, padding 1x1 of 8x8x1"), run.out());
    List<String> history = Files.readAllLines(in("out", "history.csv"));
    assertEquals(7, history.size());
    assertEquals(7, history.get(6).split(",").length);
    String html = Files.readString(in("out", "report.html"));
    assertTrue(html.contains("Confusion matrix, held out"), "the matrix");
    assertTrue(html.contains("<td>--augment</td><td>shift 1</td>"), "the settings");
    assertTrue(html.contains("convolution 3x3"), "the layers");
    assertTrue(html.contains("What it got wrong"), "mistakes");
    assertTrue(html.contains("What the first layer looks for"), "filters");
    assertTrue(html.contains("What layers make of an image"), "feature maps");
    assertFalse(html.contains("{{") || html.contains(" src=") || html.contains("<link"), html);
    try (Network network = Network.load(in("out", MODEL), Devices.best())) {
      assertTrue(network.normalization().isPresent());
    }
    try (var files = Files.list(folder.resolve("out"))) {
      assertEquals(5, files.count(), "model, checkpoint, history, report and notes alone");
    }
  }

  @Test
  void goesOnToTheSameBits() throws IOException {
    String[] settings = {
      "--optimizer", "momentum 0.9", "--learning-rate", "0.01", "--dropout", "0.2", "--l2", "1e-4",
      "--average-weights", "0.9", "--augment", "shift 1", "--early-stopping", "9", "--seed", "5"
    };
    List<String> four = new ArrayList<>(List.of(settings));
    four.addAll(List.of("--epochs", "4"));
    assertEquals(0, train("whole", four.toArray(String[]::new)).status());
    List<String> two = new ArrayList<>(List.of(settings));
    two.addAll(List.of("--epochs", "2"));
    assertEquals(0, train("parts", two.toArray(String[]::new)).status());
    assertTrue(Files.mismatch(in("whole", MODEL), in("parts", MODEL)) >= 0);

    String parts = folder.resolve("parts").toString();
    CommandRun resumed = CommandRun.of("train", "--resume", parts, "--epochs", "4");
    assertEquals(0, resumed.status(), resumed.err());
    assertFalse(resumed.out().contains("epoch   2 of"), resumed.out());
    assertEquals(-1, Files.mismatch(in("whole", MODEL), in("parts", MODEL)));
    assertEquals(5, Files.readAllLines(in("parts", "history.csv")).size());
  }

  @Test
  void aTrainingIsNotOverwrittenUnawares() throws IOException {
    assertEquals(0, train("out", "--epochs", "1").status());
    byte[] before = Files.readAllBytes(in("out", MODEL));
    CommandRun again = train("out", "--epochs", "1", "--seed", "2");
    assertEquals(1, again.status());
    assertTrue(again.err().contains("is of another training"), again.err());
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(in("out", MODEL))));
    assertEquals(0, train("out", "--epochs", "1", "--seed", "2", "--overwrite").status());
    assertTrue(Arrays.mismatch(before, Files.readAllBytes(in("out", MODEL))) >= 0);
  }

  @Test
  void anotherTrainingIsNotGoneOnWith() throws IOException {
    assertEquals(0, train("out", "--epochs", "1").status());
    byte[] before = Files.readAllBytes(in("out", MODEL));
    String out = folder.resolve("out").toString();
    CommandRun layers = CommandRun.of("train", "--resume", out, "--layers", "dense 9, relu, dense");
    assertEquals(1, layers.status());
    assertTrue(layers.err().contains("is a checkpoint of another network"), layers.err());
    CommandRun batch = CommandRun.of("train", "--resume", out, "--batch", "7");
    assertTrue(batch.err().contains("the batch is 128 there, 7 here"), batch.err());
    assertEquals(-1, Arrays.mismatch(before, Files.readAllBytes(in("out", MODEL))));
    assertTrue(
        CommandRun.of("train", "--resume", folder.toString()).err().contains("no training.json"));
  }

  @Test
  void aLossThatIsNoNumberNamesTheLastGoodState() throws IOException {
    CommandRun first = train("out", "--epochs", "1");
    assertEquals(0, first.status(), first.err());
    Path checkpoint = in("out", "checkpoint.safetensors");
    byte[] good = Files.readAllBytes(checkpoint);
    CommandRun run =
        CommandRun.of(
            "train",
            "--resume",
            folder.resolve("out").toString(),
            "--epochs",
            "3",
            "--learning-rate",
            "1e30");
    assertEquals(1, run.status());
    assertTrue(run.err().contains("in epoch 2, batch "), run.err());
    assertTrue(run.err().contains(checkpoint.toString()), run.err());
    assertTrue(run.out().contains("talus train --resume "), run.out());
    assertEquals(-1, Arrays.mismatch(good, Files.readAllBytes(checkpoint)));
  }

  @Test
  void mistakesGetOneLineAndWriteNothing() throws IOException {
    CommandRun layers = train("out", "--layers", "conv 3x3 8, relo, dense");
    assertEquals(1, layers.status());
    assertTrue(layers.err().contains("at character 13: there is no layer 'relo'"), layers.err());
    CommandRun recipe = train("out", "--recipe", "imagenet");
    assertTrue(recipe.err().contains("there are [mnist, fashion, cifar10]"), recipe.err());
    CommandRun fits = train("out", "--recipe", "mnist");
    assertTrue(fits.err().contains("pooling: the window 7x7, stride 7x7 is larger"), fits.err());
    CommandRun share = train("out", "--validation", "1.5");
    assertTrue(share.err().contains("a share of 1.5"), share.err());
    CommandRun stop = train("out", "--validation", "0", "--early-stopping", "2");
    assertTrue(stop.err().contains("--early-stopping needs examples held out"), stop.err());
    assertFalse(Files.exists(folder.resolve("out")), "something was written");
    assertEquals(2, CommandRun.of("train").status());
    CommandRun nowhere = CommandRun.of("train", folder.resolve("nowhere").toString());
    assertTrue(nowhere.err().contains("there is no such file or folder"), nowhere.err());
  }

  @Test
  void aRecipeIsOptionsThatOthersStandOver() throws IOException {
    CommandRun run =
        train(
            "out", "--recipe", "mnist", "--epochs", "1", "--layers", "dense", "--validation", "0");
    assertEquals(0, run.status(), run.err());
    String notes = Files.readString(in("out", "training.json"));
    assertTrue(notes.contains("one-cycle") && notes.contains("adamw 0.01"), notes);
    assertTrue(run.out().contains("epoch   1 of 1"), run.out());
    assertTrue(run.out().contains("0 held out"), run.out());
  }
}
