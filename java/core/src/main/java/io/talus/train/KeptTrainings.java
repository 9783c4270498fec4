package io.talus.train;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.Dataset;
import io.talus.file.Safetensors;
import io.talus.file.SafetensorsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A folder that keeps several trainings which belong together, such as the folds of a {@link
 * CrossValidation}, so that none of them is lost when one is stopped: given to the same work again,
 * those that are done are read, the one that was under way goes on, and the bits that come out are
 * those of work that was never stopped, on the same kind of device.
 *
 * <p>Each training has a name, and by it one file: a checkpoint, written after each epoch and when
 * {@link TrainingLoop#stopWhen} ends it, in the place of which comes what was found, where no
 * network is wanted. Files appear whole or not at all. A file of a training with other examples,
 * other layers, other parameters to begin with or other settings of any kind is refused with the
 * first that differs; so is a damaged one.
 *
 * <pre>{@code
 * KeptTrainings kept = KeptTrainings.in(Path.of("folds"));
 * System.out.println(new CrossValidation(loop).keep(kept).run(() -> layers.build(device), data));
 * }</pre>
 */
public final class KeptTrainings {
  /** Keeps nothing. */
  static final KeptTrainings NONE = new KeptTrainings(null, Map.of());

  private static final String ENDING = ".training.safetensors";
  private static final String RESULT = "talus.result";
  private static final int VERSION = 1;

  /** Or null. */
  private final Path folder;

  private final Map<String, String> settings;

  private KeptTrainings(Path folder, Map<String, String> settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /**
   * Those in a folder, which is made where it is not there. Other files in it are left alone.
   *
   * @throws IOException when it cannot be made
   */
  public static KeptTrainings in(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new KeptTrainings(folder, Map.of());
  }

  /** The same folder, for trainings that another setting must be the same of, too. */
  KeptTrainings with(String setting, Object value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(setting, value.toString());
    return new KeptTrainings(folder, more);
  }

  /** Whether nothing was kept yet. */
  public boolean isEmpty() throws IOException {
    return files().isEmpty();
  }

  /** Lets all of them go. */
  public void delete() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + ENDING)) {
      found.forEach(files::add);
    }
    return files;
  }

  /**
   * Trains a network of which more is wanted than what it does on some examples, as {@link
   * TrainingLoop#train} does. Its checkpoint stays, so that the same call gives the trained network
   * again.
   *
   * @param name of the training in its folder: letters, digits, points, hyphens, underscores
   * @param loop the checkpoint and what to go on from, where it has any, are not heeded
   * @throws UncheckedIOException when its file cannot be written or read: of a {@link
   *     io.talus.data.MalformedFileException} where it is damaged, or of another training
   */
  public History train(String name, TrainingLoop loop, Network network, Dataset training) {
    return loop.keptIn(file(name), settings(loop, network, training, null))
        .train(network, training);
  }

  /**
   * What came of a training.
   *
   * @param looks at the network afterwards, as many as were asked for
   */
  record Outcome(History history, List<Evaluation> looks) {}

  /**
   * What came of a training: read, where it is done, otherwise found; none when it was stopped.
   *
   * @param name as {@link #train} takes it
   * @param network as it is before training
   * @param lookedAt when it is over
   */
  Optional<Outcome> outcome(
      String name, TrainingLoop loop, Network network, Dataset.Split parts, Dataset... lookedAt) {
    if (folder == null) {
      return trained(loop, network, parts, lookedAt);
    }
    Path file = file(name);
    Map<String, String> all = settings(loop, network, parts.training(), parts.heldOut());
    try {
      Optional<Outcome> done = read(file, all);
      if (done.isPresent()) {
        return done;
      }
      Optional<Outcome> found = trained(loop.keptIn(file, all), network, parts, lookedAt);
      if (found.isPresent()) {
        write(file, all, found.get());
      }
      return found;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed.getMessage(), failed);
    }
  }

  private Path file(String name) {
    if (!name.matches("[\\w.-]+")) {
      throw new IllegalArgumentException(
          "trainings: '" + name + "' is no name; take letters, digits, points, hyphens");
    }
    return folder.resolve(name + ENDING);
  }

  private Map<String, String> settings(
      TrainingLoop loop, Network network, Dataset training, Dataset heldOut) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(TrainingSettings.of(network, loop, training, heldOut));
    return all;
  }

  private static Optional<Outcome> trained(
      TrainingLoop loop, Network network, Dataset.Split parts, Dataset... lookedAt) {
    History history = loop.run(network, parts.training(), parts.heldOut());
    return history.isStopped()
        ? Optional.empty()
        : Optional.of(
            new Outcome(
                history,
                Arrays.stream(lookedAt)
                    .map(examples -> Evaluation.of(network, examples))
                    .toList()));
  }

  /** No arrays, but as any such file with a checksum, and in the place of the checkpoint. */
  private static void write(Path file, Map<String, String> settings, Outcome outcome)
      throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("settings", settings);
    fields.put("history", HistoryFields.of(outcome.history().epochs()));
    fields.put("looks", outcome.looks().stream().map(HistoryFields::of).toList());
    Safetensors.write(file, Map.of(RESULT, JSON.std.asString(fields)), Map.of());
  }

  /** None where there is no file, or a checkpoint. */
  private static Optional<Outcome> read(Path file, Map<String, String> settings)
      throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      String text = reader.metadata(RESULT);
      if (text == null) {
        return Optional.empty();
      }
      reader.require(Map.of(), null);
      Map<String, Object> values = JSON.std.mapFrom(text);
      Checkpoint.requireSame(reader, "the result", settings, values.get("settings"));
      try {
        return Optional.of(outcome(new LayerFields("the result", values)));
      } catch (IllegalArgumentException wrong) {
        throw reader.wrong("describes no result: " + wrong.getMessage());
      }
    }
  }

  private static Outcome outcome(LayerFields fields) {
    if (fields.integer("version") != VERSION) {
      throw new IllegalArgumentException(
          "version " + fields.integer("version") + "; expected " + VERSION);
    }
    return new Outcome(
        new History(HistoryFields.results(fields.list("history")), false),
        fields.list("looks").stream().map(HistoryFields::evaluation).toList());
  }
}
