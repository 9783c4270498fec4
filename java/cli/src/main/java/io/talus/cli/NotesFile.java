package io.talus.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.data.MalformedFileException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * What a command was told, in a file of the folder that it writes to, for whoever goes on from
 * there.
 *
 * @param command as it is called
 */
record NotesFile(Path folder, String name, String command) {
  private static final int VERSION = 1;

  Path file() {
    return folder.resolve(name);
  }

  boolean exists() {
    return Files.exists(file());
  }

  /**
   * Writes it, whole or not at all.
   *
   * @param more that the command's other notes are
   */
  void write(Arguments arguments, Map<String, Object> more) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("version", VERSION);
    fields.put("data", arguments.data());
    fields.put("options", arguments.options());
    fields.putAll(more);
    Json.write(file(), fields);
  }

  /**
   * Reads it.
   *
   * @param make of what the command was told and of all fields
   * @throws FileNotFoundException when the folder has none
   * @throws MalformedFileException when it is damaged
   */
  <T> T read(BiFunction<Arguments, Map<String, Object>, T> make) throws IOException {
    if (!exists()) {
      throw new FileNotFoundException(
          String.format(
              "%s: there is no %s in it; expected a folder that '%s' wrote to",
              folder, name, command));
    }
    try {
      Map<String, Object> fields = JSON.std.mapFrom(Files.readString(file()));
      if (!Integer.valueOf(VERSION).equals(fields.get("version"))) {
        throw new IllegalArgumentException("version " + fields.get("version"));
      }
      Map<String, String> options = new LinkedHashMap<>();
      ((Map<?, ?>) fields.get("options"))
          .forEach((option, value) -> options.put(option.toString(), value.toString()));
      return make.apply(new Arguments(options, (String) fields.get("data")), fields);
    } catch (IOException | RuntimeException damaged) {
      // A parser's message goes on with the place in its own words.
      String what = String.valueOf(damaged.getMessage()).lines().findFirst().orElse("");
      throw new MalformedFileException(file(), "is damaged: " + what);
    }
  }

  /** A file that is in the way of new work in the folder. */
  FileAlreadyExistsException isOfOther(Path file, String work) {
    return new FileAlreadyExistsException(
        String.format(
            "%s is of another %s: name another folder with --out, go on with --resume %s, or let it"
                + " go with --overwrite",
            file, work, folder));
  }

  /** What to say to a shell to go on. */
  String resumeCommand() {
    String place = folder.toString();
    boolean isPlain = place.matches("[\\w./+-]+") && !place.startsWith("-");
    return "talus "
        + command
        + " --resume "
        + (isPlain ? place : "'" + place.replace("'", "'\\''") + "'");
  }
}
