package io.talus.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every piece of Java in the README stands, to the letter, in an example that a test runs. */
class ReadmeTest {
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsExamplesAreThoseThatAreTested() throws IOException {
    Path root = Path.of("").toAbsolutePath().getParent().getParent();
    String readme = Files.readString(root.resolve("README.md"));
    List<String> pieces =
        JAVA.matcher(readme).results().map((MatchResult piece) -> flat(piece.group(1))).toList();
    List<String> examples = examples(root.resolve("java/core/src/test/java/io/talus/examples"));

    assertFalse(pieces.isEmpty());
    for (String piece : pieces) {
      assertTrue(
          examples.stream().anyMatch(example -> example.contains(piece)),
          "not in any example: " + piece);
    }
  }

  private static List<String> examples(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(ReadmeTest::read).map(ReadmeTest::flat).toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Line breaks and indentation do not matter. */
  private static String flat(String code) {
    return code.strip().replaceAll("\\s+", " ");
  }
}
