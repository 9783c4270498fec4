package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads ratings from text, line by line, without holding the text: MovieLens' three layouts, and
 * any other that a {@link RatingsFormat} describes. Several millions of lines in a second.
 *
 * <p>Every method throws {@link IOException} when the text cannot be read, and {@link
 * MalformedFileException} when it holds no rating or a line is not as the format says; then the
 * message names the file and the line, what was found there and what was expected.
 */
public final class RatingsReader {
  private final String source;
  private final RatingsLines lines;
  private RatingsFormat format;
  private RatingsFields fields;
  private int columns;

  private RatingsReader(InputStream in, String source, RatingsFormat format) {
    this.source = source;
    this.lines = new RatingsLines(in);
    this.format = format;
  }

  /**
   * Reads a file, compressed by gzip or not, in the layout that its first line shows: see {@link
   * RatingsFormat#detect}.
   */
  public static Ratings read(Path file) throws IOException {
    return read(file, null);
  }

  /**
   * Reads a file, compressed by gzip or not, in the given layout, or, when that is null, in the one
   * that its first line shows.
   */
  public static Ratings read(Path file, RatingsFormat format) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(Gzip.unpack(in), file.toString(), format);
    }
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param source what errors call it
   * @param format the layout, or null for the one that the first line shows
   */
  public static Ratings read(InputStream in, String source, RatingsFormat format)
      throws IOException {
    return new RatingsReader(in, source, format).read();
  }

  private Ratings read() throws IOException {
    boolean more = lines.next();
    if (more) {
      String first = line();
      try {
        format = format == null ? RatingsFormat.detect(first) : format;
      } catch (IllegalArgumentException wrong) {
        throw malformed(wrong.getMessage());
      }
      prepare();
      more = !format.header() || lines.next();
    }
    if (!more) {
      throw new MalformedFileException(source, "there is no rating in it");
    }
    RatingsBuilder builder = Ratings.builder();
    do {
      readLine(builder);
    } while (lines.next());
    return builder.build();
  }

  private void prepare() {
    fields = new RatingsFields(format.separator());
    int last = Math.max(Math.max(format.user(), format.item()), format.rating());
    columns = Math.max(last, format.timestamp()) + 1;
  }

  private void readLine(RatingsBuilder builder) throws MalformedFileException {
    byte[] line = lines.buffer();
    int found;
    try {
      found = fields.split(line, lines.start(), lines.end(), columns);
    } catch (IllegalArgumentException wrong) {
      throw malformed(wrong.getMessage() + " in " + RatingsFormat.quoted(line()));
    }
    if (found < columns) {
      throw malformed(
          "found " + found + (found == 1 ? " column" : " columns") + " in " + quotedLine());
    }
    float value = rating(line);
    int user = builder.user(line, idStart(format.user(), "user"), fields.end(format.user()));
    int item = builder.item(line, idStart(format.item(), "item"), fields.end(format.item()));
    if (format.timestamp() == RatingsFormat.NONE) {
      builder.add(user, item, value);
    } else {
      builder.add(user, item, value, timestamp(line));
    }
  }

  private int idStart(int column, String what) throws MalformedFileException {
    if (fields.start(column) == fields.end(column)) {
      throw malformed("the " + what + " is empty in " + quotedLine());
    }
    return fields.start(column);
  }

  private float rating(byte[] line) throws MalformedFileException {
    int column = format.rating();
    float value = RatingsNumbers.decimal(line, fields.start(column), fields.end(column));
    if (!Float.isFinite(value)) {
      String text = RatingsFormat.quoted(fields.text(line, column));
      String hint =
          lines.number() == 1 ? "; names in the first line need a format with header" : "";
      throw malformed("the rating " + text + " is not a finite number" + hint);
    }
    return value;
  }

  private long timestamp(byte[] line) throws MalformedFileException {
    int column = format.timestamp();
    int from = fields.start(column);
    int to = fields.end(column);
    if (!RatingsNumbers.isWhole(line, from, to)) {
      String text = RatingsFormat.quoted(fields.text(line, column));
      throw malformed(
          "the time "
              + text
              + " is not a whole number (a format withoutTimestamps() passes over that column)");
    }
    return RatingsNumbers.whole(line, from, to);
  }

  private String line() {
    return new String(
        lines.buffer(), lines.start(), lines.end() - lines.start(), StandardCharsets.UTF_8);
  }

  private String quotedLine() {
    return RatingsFormat.quoted(line());
  }

  private MalformedFileException malformed(String problem) {
    String expected = format == null ? "" : "; expected " + format.expectation();
    return new MalformedFileException(source + ", line " + lines.number(), problem + expected);
  }
}
