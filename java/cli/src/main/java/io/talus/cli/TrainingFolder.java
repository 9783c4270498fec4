package io.talus.cli;

import io.talus.data.ImageShape;
import io.talus.data.MalformedFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The folder that a training writes to. Each file in it is whole or not there. */
record TrainingFolder(Path folder) {
  /**
   * What a model's own file does not say.
   *
   * @param arguments it was trained with
   * @param classes what they are called, in the order of their numbers
   * @param image what an example is, or null
   */
  record Notes(Arguments arguments, List<String> classes, ImageShape image) {}

  private NotesFile notes() {
    return new NotesFile(folder, "training.json", "train");
  }

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
    for (Path file : List.of(model(), checkpoint(), history(), report(), notes().file())) {
      if (overwrite) {
        Files.deleteIfExists(file);
      } else if (Files.exists(file)) {
        throw notes().isOfOther(file, "training");
      }
    }
  }

  void writeNotes(Notes kept) throws IOException {
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("classes", kept.classes);
    if (kept.image != null) {
      ImageShape image = kept.image;
      more.put("image", List.of(image.height(), image.width(), image.channels()));
    }
    notes().write(kept.arguments, more);
  }

  boolean hasNotes() {
    return notes().exists();
  }

  /**
   * @throws FileNotFoundException when no training was begun in the folder
   * @throws MalformedFileException when they are damaged
   */
  Notes readNotes() throws IOException {
    return notes()
        .read(
            (arguments, fields) ->
                new Notes(
                    arguments,
                    ((List<?>) fields.get("classes")).stream().map(Object::toString).toList(),
                    fields.get("image") instanceof List<?> sides ? image(sides) : null));
  }

  String resumeCommand() {
    return notes().resumeCommand();
  }

  private static ImageShape image(List<?> sides) {
    return new ImageShape((Integer) sides.get(0), (Integer) sides.get(1), (Integer) sides.get(2));
  }
}
