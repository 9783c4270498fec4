package io.talus.cli;

import io.talus.train.KeptTrainings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The folder that a cross-validation keeps its trainings in. Each file in it is whole or not there.
 */
record CrossvalFolder(Path folder) {
  private NotesFile notes() {
    return new NotesFile(folder, "crossval.json", "crossval");
  }

  /** The folds and what follows them. */
  KeptTrainings trainings() throws IOException {
    return KeptTrainings.in(folder);
  }

  /**
   * Makes the folder for a new cross-validation.
   *
   * @param overwrite whether an older one there may go
   */
  void create(boolean overwrite) throws IOException {
    KeptTrainings trainings = trainings();
    if (overwrite) {
      trainings.delete();
      Files.deleteIfExists(notes().file());
    } else if (notes().exists() || !trainings.isEmpty()) {
      throw notes().isOfOther(folder, "cross-validation");
    }
  }

  void writeArguments(Arguments arguments) throws IOException {
    notes().write(arguments, Map.of());
  }

  /**
   * What it was begun with.
   *
   * @throws IOException when none was begun in the folder, or its notes are damaged
   */
  Arguments readArguments() throws IOException {
    return notes().read((arguments, fields) -> arguments);
  }

  String resumeCommand() {
    return notes().resumeCommand();
  }
}
