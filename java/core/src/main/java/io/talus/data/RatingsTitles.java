package io.talus.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads what items are called, to show beside their ids. */
public final class RatingsTitles {
  private static final List<String> SEPARATORS = List.of("::", "|", "\t", ",", ";");

  private RatingsTitles() {}

  /**
   * Titles by id, in the order of the file: MovieLens' {@code u.item}, {@code movies.dat} or {@code
   * movies.csv}, and whatever else has the id in the first column and the title in the second. The
   * separator is the first of {@code ::}, {@code |}, TAB, comma and semicolon that occurs in the
   * first line; a first column named {@code id} or {@code ...Id} marks a header. The text is taken
   * as UTF-8 when all of it is valid UTF-8, and else as ISO-8859-1. Of several titles of one id the
   * last stays.
   *
   * @throws IOException when the file cannot be read
   * @throws MalformedFileException when it is empty or a line has no second column
   */
  public static Map<String, String> read(Path file) throws IOException {
    String[] lines = text(Files.readAllBytes(file)).split("\r?\n");
    RatingsFields fields = new RatingsFields(separator(lines[0], file));
    Map<String, String> titles = new LinkedHashMap<>();
    for (int i = 0; i < lines.length; i++) {
      byte[] line = lines[i].getBytes(StandardCharsets.UTF_8);
      if (!lines[i].isBlank()) {
        split(fields, line, file, i + 1);
        String id = fields.text(line, 0);
        boolean header = i == 0 && id.toLowerCase(Locale.ROOT).endsWith("id");
        if (!header) {
          titles.put(id, fields.text(line, 1));
        }
      }
    }
    return titles;
  }

  private static void split(RatingsFields fields, byte[] line, Path file, int number)
      throws MalformedFileException {
    int found;
    try {
      found = fields.split(line, 0, line.length, 2);
    } catch (IllegalArgumentException wrong) {
      throw new MalformedFileException(file, number, wrong.getMessage());
    }
    if (found < 2) {
      String text = RatingsFormat.quoted(new String(line, StandardCharsets.UTF_8));
      throw new MalformedFileException(file, number, "found " + text + ", expected id and title");
    }
  }

  private static String separator(String line, Path file) throws MalformedFileException {
    return SEPARATORS.stream()
        .filter(line::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    file,
                    1,
                    "found "
                        + RatingsFormat.quoted(line)
                        + ", expected id and title separated by '::', '|', TAB, ',' or ';'"));
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(bytes, StandardCharsets.ISO_8859_1);
    }
  }
}
