package io.talus.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatingsTitlesTest {
  @TempDir Path folder;

  private Map<String, String> read(String text, Charset charset) throws IOException {
    Path file = folder.resolve("titles");
    Files.write(file, text.getBytes(charset));
    return RatingsTitles.read(file);
  }

  @Test
  void movieLensLayouts() throws IOException {
    Charset latin = StandardCharsets.ISO_8859_1;
    assertEquals(
        Map.of("1", "Toy Story (1995)", "2", "Misérables, Les (1995)"),
        read("1|Toy Story (1995)|01-Jan-1995||\n2|Misérables, Les (1995)||\n", latin));
    assertEquals(Map.of("1", "Life: A Tale"), read("1::Life: A Tale::Drama\r\n", latin));
    assertEquals(
        Map.of("11", "American President, The"),
        read("movieId,title,genres\n11,\"American President, The\",Drama\n", latin));
    assertEquals(
        List.of("2", "1"),
        List.copyOf(read("id\tname\n2\tDiary é\n1\tMALICE", StandardCharsets.UTF_8).keySet()));
  }

  @Test
  void malformedFilesAreRefused() {
    assertFails("", "line 1: found '', expected id and title");
    assertFails("1|Toy Story\n2\n", "line 2: found '2', expected id and title");
    assertFails("1,\"Toy\n", "line 1: column 2: the quote is not closed");
  }

  private void assertFails(String text, String message) {
    IOException error =
        assertThrows(MalformedFileException.class, () -> read(text, StandardCharsets.UTF_8));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertTrue(error.getMessage().contains("titles"), error.getMessage());
  }
}
