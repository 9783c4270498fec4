package io.talus.cli;

import io.talus.data.Dataset;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The examples that a saved model is judged by, as they were read.
 *
 * @param name of the data, in a few words
 * @param part of them: {@code test}, {@code training}, {@code held-out} or {@code all}
 * @param warning what is to be known beside the result
 */
record JudgedPart(Path data, String name, String part, Dataset examples, Optional<String> warning) {
  private static final String TEST = "test";
  private static final String TRAINING = "training";
  private static final String HELD_OUT = "held-out";
  private static final String ALL = "all";
  private static final List<String> PARTS = List.of(TEST, TRAINING, HELD_OUT, ALL);

  /**
   * Reads them.
   *
   * @param said the data, or null for what the model was trained on
   * @param part or null for the one that tells most
   */
  static JudgedPart read(SavedModel model, Path said, String part, DataOptions reading)
      throws IOException {
    if (part != null && !PARTS.contains(part)) {
      throw new IllegalArgumentException(
          "--part " + part + ": there are " + String.join(", ", PARTS));
    }
    Path own = model.arguments().data() == null ? null : Path.of(model.arguments().data());
    Path data = said != null ? said : own;
    boolean isOwn = data.toAbsolutePath().normalize().equals(own);
    reading.setDefaults(model.arguments(), model.image(), isOwn);
    DataSource source = reading.open(data);
    TrainCommand training = isOwn ? TrainCommand.of(model.arguments()) : null;
    String chosen =
        part != null
            ? part
            : source.hasTest() ? TEST : isOwn && training.validation() > 0 ? HELD_OUT : ALL;
    boolean isSeen = isOwn && (chosen.equals(TRAINING) || chosen.equals(ALL));
    return new JudgedPart(
        data,
        source.name(),
        chosen,
        examples(source, data, chosen, model, training),
        isSeen
            ? Optional.of(
                "it learned from these examples, so that it does better on them than on others")
            : Optional.empty());
  }

  /**
   * @param training or null where the model was trained on something else
   */
  private static Dataset examples(
      DataSource source, Path data, String part, SavedModel model, TrainCommand training)
      throws IOException {
    List<String> classes = model.classes();
    if (part.equals(TEST) && !source.hasTest()) {
      throw new FileNotFoundException(data + ": has no test part; judge all of it with --part all");
    }
    if (part.equals(HELD_OUT) && (training == null || training.validation() == 0)) {
      throw new IllegalArgumentException(
          "--part held-out: of "
              + data
              + " nothing was held out when this model was trained; there are test, training and"
              + " all");
    }
    return switch (part) {
      case TEST -> source.test(classes).examples();
      case TRAINING -> source.training(classes).examples();
      case HELD_OUT -> training.split(source.training(classes).examples()).heldOut();
      default ->
          source.hasTest()
              ? together(source.training(classes).examples(), source.test(classes).examples())
              : source.training(classes).examples();
    };
  }

  private static Dataset together(Dataset first, Dataset second) {
    if (first.inputs() != second.inputs()) {
      throw new IllegalArgumentException(
          "the training part has "
              + first.inputs()
              + " features, the test part "
              + second.inputs()
              + ": judge one with --part");
    }
    int rows = first.rows() + second.rows();
    float[] features = Arrays.copyOf(first.features(), Math.multiplyExact(rows, first.inputs()));
    System.arraycopy(
        second.features(),
        0,
        features,
        first.rows() * first.inputs(),
        second.rows() * first.inputs());
    int[] labels = Arrays.copyOf(first.labels(), rows);
    System.arraycopy(second.labels(), 0, labels, first.rows(), second.rows());
    return first.image().isPresent()
        ? Dataset.ofImages(features, labels, first.classes(), first.image().get())
        : Dataset.of(features, labels, first.classes());
  }
}
