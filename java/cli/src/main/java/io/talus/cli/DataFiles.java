package io.talus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What finders of data have in common. */
final class DataFiles {
  private DataFiles() {}

  /** The files of a folder whose names match, or the file itself if its name does, in order. */
  static List<Path> named(Path place, Pattern name) throws IOException {
    return list(place, file -> Files.isRegularFile(file) && isNamed(file, name));
  }

  /** The folders in a folder; hidden ones are passed over. */
  static List<Path> folders(Path folder) throws IOException {
    return Files.isDirectory(folder)
        ? list(folder, entry -> Files.isDirectory(entry) && !name(entry).startsWith("."))
        : List.of();
  }

  private static List<Path> list(Path place, Predicate<Path> wanted) throws IOException {
    if (!Files.isDirectory(place)) {
      return wanted.test(place) ? List.of(place) : List.of();
    }
    try (Stream<Path> entries = Files.list(place)) {
      return entries.filter(wanted).sorted().toList();
    }
  }

  static boolean isNamed(Path file, Pattern name) {
    return name.matcher(name(file)).matches();
  }

  static String name(Path file) {
    return file.toAbsolutePath().normalize().getFileName().toString();
  }

  /** Classes that are called by their numbers. */
  static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }
}
