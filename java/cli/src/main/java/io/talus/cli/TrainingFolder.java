package io.talus.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The folder that a training writes to. Each file in it is whole or not there. */
record TrainingFolder(Path folder) {
  private static final String NOTES = "training.json";
  private static final int VERSION = 1;

  /**
   * What a model's own file does not say.
   *
   * @param arguments it was trained with
   * @param classes what they are called, in the order of their numbers
   * @param image what an example is, or null
   */
  record Notes(Arguments arguments, List<String> classes, ImageShape image) {}

  Path model() {
    return folder.resolve("model.safetensors");
  }

  Path checkpoint() {
    return folder.resolve("checkpoint.safetensors");
  }

  Path history() {
    return folder.resolve("history.csv");
  }

  Path report() {
    return folder.resolve("report.html");
  }

  /**
   * Makes the folder for a new training.
   *
   * @param overwrite whether an older one there may go
   */
  void create(boolean overwrite) throws IOException {
    Files.createDirectories(folder);
    for (Path file : List.of(model(), checkpoint(), history(), report(), folder.resolve(NOTES))) {
      if (overwrite) {
        Files.deleteIfExists(file);
      } else if (Files.exists(file)) {
        throw new FileAlreadyExistsException(
            file
                + " is of another training: name another folder with --out, go on with --resume "
                + folder
                + ", or let it go with --overwrite");
      }
    }
  }

  void writeNotes(Notes notes) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("data", notes.arguments.data());
    fields.put("options", notes.arguments.options());
    fields.put("classes", notes.classes);
    if (notes.image != null) {
      ImageShape image = notes.image;
      fields.put("image", List.of(image.height(), image.width(), image.channels()));
    }
    Json.write(folder.resolve(NOTES), fields);
  }

  boolean hasNotes() {
    return Files.exists(folder.resolve(NOTES));
  }

  /**
   * @throws FileNotFoundException when no training was begun in the folder
   * @throws MalformedFileException when they are damaged
   */
  Notes readNotes() throws IOException {
    Path file = folder.resolve(NOTES);
    if (!Files.exists(file)) {
      throw new FileNotFoundException(
          folder + ": there is no " + NOTES + " in it; expected a folder that 'train' wrote to");
    }
    try {
      Map<String, Object> fields = JSON.std.mapFrom(Files.readString(file));
      if (!Integer.valueOf(VERSION).equals(fields.get("version"))) {
        throw new IllegalArgumentException("version " + fields.get("version"));
      }
      Map<String, String> options = new LinkedHashMap<>();
      ((Map<?, ?>) fields.get("options"))
          .forEach((name, value) -> options.put(name.toString(), value.toString()));
      List<String> classes =
          ((List<?>) fields.get("classes")).stream().map(Object::toString).toList();
      return new Notes(
          new Arguments(options, (String) fields.get("data")),
          classes,
          fields.get("image") instanceof List<?> sides ? image(sides) : null);
    } catch (IOException | RuntimeException damaged) {
      // A parser's message goes on with the place in its own words.
      String what = String.valueOf(damaged.getMessage()).lines().findFirst().orElse("");
      throw new MalformedFileException(file, "is damaged: " + what);
    }
  }

  private static ImageShape image(List<?> sides) {
    return new ImageShape((Integer) sides.get(0), (Integer) sides.get(1), (Integer) sides.get(2));
  }
}
