package io.talus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code talus train} makes of some examples, for tests of what comes after. */
record TrainedDigits(Path folder, CommandRun run) {

  /** Trains a small network of images for a few epochs. */
  static TrainedDigits train(Path data, Path out, String... more) {
    List<String> all = new ArrayList<>(List.of("train", data.toString(), "--out", out.toString()));
    all.addAll(List.of("--size", "8x8", "--epochs", "6", "--batch", "32"));
    all.addAll(List.of("--layers", "conv 3x3 8 pad 1, relu, pool 2, dense 32, relu, dense"));
    all.addAll(List.of(more));
    CommandRun run = CommandRun.of(all.toArray(String[]::new));
    assertEquals(0, run.status(), run.err());
    return new TrainedDigits(out, run);
  }

  String model() {
    return folder.toString();
  }
}
