package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code talus predict}, of a model of images in files and of one of a table. */
class PredictCommandTest {
  private static final List<String> NAMES = List.of("zero", "one", "two", "three");

  @TempDir private static Path shared;
  private static List<int[]> rows;
  private static TrainedDigits ofImages;
  private static TrainedDigits ofTable;

  @TempDir private Path folder;

  @BeforeAll
  static void train() throws IOException {
    rows = DigitsFile.rows();
    int count = 0;
    for (int[] row : rows.subList(0, 400)) {
      if (row[64] < NAMES.size()) {
        Path file = shared.resolve("photos").resolve(NAMES.get(row[64])).resolve(count + ".png");
        DigitsFile.image(file, row, BufferedImage.TYPE_BYTE_GRAY, 2);
        count++;
      }
    }
    ofImages =
        TrainedDigits.train(
            shared.resolve("photos"), shared.resolve("of-images"), "--channels", "1");
    ofTable = TrainedDigits.train(Path.of(DigitsFile.in(shared)), shared.resolve("of-table"));
  }

  private static List<String> predict(TrainedDigits model, String... more) {
    CommandRun run = run(model, more);
    assertEquals(0, run.status(), run.err());
    return run.out().lines().toList();
  }

  private static CommandRun run(TrainedDigits model, String... more) {
    List<String> all = new ArrayList<>(List.of("predict", model.model()));
    all.addAll(List.of(more));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private static void refused(String message, TrainedDigits model, String... more) {
    CommandRun run = run(model, more);
    assertEquals(1, run.status(), run.out());
    assertTrue(run.err().contains(message), run.err());
    assertEquals(1, run.err().strip().lines().count(), run.err());
    assertEquals("", run.out());
  }

  @Test
  void namesTheClassesOfImages() {
    List<String> lines = predict(ofImages, shared.resolve("photos").toString());
    long right =
        lines.stream()
            .filter(
                line -> NAMES.stream().anyMatch(n -> line.matches(".*/" + n + "/.*: " + n + " .*")))
            .count();
    assertTrue(right > 0.9 * lines.size(), right + " of " + lines.size());
    assertTrue(
        lines.get(0).matches(".*\\.png: \\w+ [0-9.]+ %, \\w+ [0-9.]+ %, \\w+ [0-9.]+ %"),
        lines.get(0));
    assertEquals(1, predict(ofImages, photo(0)).size());
    assertTrue(predict(ofImages, photo(0), "--top", "99").get(0).split(",").length == 4);
  }

  private static String photo(int row) {
    return shared.resolve("photos") + "/" + NAMES.get(rows.get(row)[64]) + "/" + row + ".png";
  }

  @Test
  void sizeAndColourBecomeTheModels() throws IOException {
    Path small = folder.resolve("small.png");
    DigitsFile.image(small, rows.get(0), BufferedImage.TYPE_BYTE_GRAY, 1);
    Path colored = folder.resolve("colored.png");
    DigitsFile.image(colored, rows.get(0), BufferedImage.TYPE_INT_RGB, 1);
    List<String> lines = predict(ofImages, small.toString(), colored.toString());
    assertEquals(
        lines.get(0).substring(lines.get(0).indexOf(": ")),
        lines.get(1).substring(lines.get(1).indexOf(": ")));
    assertTrue(lines.get(0).contains(": zero "), lines.get(0));
  }

  @Test
  void tablesMayHaveTheClassOrNot() throws IOException {
    Path with = folder.resolve("with.csv");
    Path without = folder.resolve("without.csv");
    DigitsFile.csv(with, rows.subList(0, 50));
    DigitsFile.csv(
        without, rows.subList(0, 50).stream().map(row -> Arrays.copyOf(row, 64)).toList());
    List<String> first = predict(ofTable, with.toString());
    List<String> second = predict(ofTable, without.toString());
    assertEquals(50, first.size());
    for (int i = 0; i < 50; i++) {
      assertEquals(
          first.get(i).substring(with.toString().length()),
          second.get(i).substring(without.toString().length()));
    }
    Files.writeString(with, "1,2,3\n");
    refused("has 3 columns; ", ofTable, with.toString());
  }

  @Test
  void saysOfPackedIdxFilesWhatEvaluateCounts() throws IOException {
    DigitsFile.idx(folder, "train", rows.subList(0, 300));
    DigitsFile.idx(folder, "t10k", rows.subList(300, 500));
    TrainedDigits packed = TrainedDigits.train(folder, folder.resolve("model"));
    List<String> lines = predict(packed, folder + "/t10k-images-idx3-ubyte.gz", "--top", "1");
    assertEquals(200, lines.size());
    int right = 0;
    for (int i = 0; i < lines.size(); i++) {
      right += lines.get(i).contains("#" + (i + 1) + ": " + rows.get(300 + i)[64] + " ") ? 1 : 0;
    }
    String share = String.format(Locale.ROOT, "%.2f %% of 200 right", right / 2.0);
    CommandRun judged = CommandRun.of("evaluate", packed.model());
    assertTrue(judged.out().contains(share), share + " is not in " + judged.out());
  }

  @Test
  void writesATableForPrograms() throws IOException {
    Path odd = folder.resolve("a, \"b\".png");
    DigitsFile.image(odd, rows.get(0), BufferedImage.TYPE_BYTE_GRAY, 1);
    Path table = folder.resolve("out.csv");
    assertEquals(List.of(), predict(ofImages, odd.toString(), "--csv", table.toString()));
    List<String> lines = Files.readAllLines(table);
    assertEquals(
        "example,class,probability,class_2,probability_2,class_3,probability_3", lines.get(0));
    assertTrue(
        lines.get(1).startsWith("\"" + folder + "/a, \"\"b\"\".png\",zero,0."), lines.get(1));
    assertEquals(lines, predict(ofImages, odd.toString(), "--csv", "-"));
  }

  @Test
  void pixelsOfOtherNumbersAreNotTakenUnawares() throws IOException {
    Path image = folder.resolve("digit.png");
    DigitsFile.image(image, rows.get(5), BufferedImage.TYPE_BYTE_GRAY, 1);
    refused("say with --white what white was there", ofTable, image.toString());
    Path csv = folder.resolve("digit.csv");
    DigitsFile.csv(csv, rows.subList(5, 6));
    List<String> lines =
        predict(ofTable, image.toString(), csv.toString(), "--white", "16", "--top", "1");
    assertEquals(lines.get(0).split(" ")[1], lines.get(1).split(" ")[1]);
  }

  @Test
  void whatCannotBeReadIsRefusedAndWritesNothing() throws IOException {
    Path out = folder.resolve("out.csv");
    Path damaged = Files.writeString(folder.resolve("damaged.png"), "no image");
    refused(
        "is no image of a kind that Java reads",
        ofImages,
        photo(0),
        damaged.toString(),
        "--csv",
        out.toString());
    assertFalse(Files.exists(out), "something was written");
    Path text = Files.writeString(folder.resolve("notes.txt"), "text");
    refused("expected an image", ofImages, photo(0), text.toString());
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refused("there is no image in it", ofImages, empty.toString());
    refused("there is no such file or folder", ofImages, folder + "/nowhere.png");
    refused("at least 1 is needed", ofImages, photo(0), "--top", "0");
    refused("takes 8x8x1 images, not images of 4x4x1", ofImages, photo(0), "--size", "4x4");
    Path idx = Files.writeString(folder.resolve("t10k-images-idx3-ubyte"), "short");
    refused("has only 5 bytes", ofImages, idx.toString());
    assertEquals(2, run(ofImages).status());
  }
}
