package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads ratings from text, line by line, without holding the text: MovieLens' three layouts, and
 * any other that a {@link RatingsFormat} describes. Several millions of lines in a second. {@link
 * RatingsOptions} has further wishes.
 *
 * <p>Every method throws {@link IOException} when the text cannot be read, and {@link
 * MalformedFileException} when it holds no rating or a line is not as the format says; then the
 * message names the file and the line, what was found there and what was expected.
 */
public final class RatingsReader {
  private final String source;
  private final RatingsOptions options;
  private final RatingsLines lines;
  private final List<String> problems = new ArrayList<>();
  private long looked;
  private long skipped;
  private RatingsFormat format;
  private RatingsFields fields;
  private int columns;

  RatingsReader(InputStream in, String source, RatingsOptions options) {
    this.source = source;
    this.options = options;
    this.lines = new RatingsLines(in);
    this.format = options.format();
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
    return RatingsOptions.DEFAULT.format(format).read(file).ratings();
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param source what errors call it
   * @param format the layout, or null for the one that the first line shows
   */
  public static Ratings read(InputStream in, String source, RatingsFormat format)
      throws IOException {
    return RatingsOptions.DEFAULT.format(format).read(in, source).ratings();
  }

  RatingsReading read() throws IOException {
    RatingsBuilder builder = Ratings.builder().repeats(options.repeats());
    while (next()) {
      try {
        readLine(builder);
      } catch (MalformedFileException bad) {
        skip(bad);
      }
    }
    if (builder.isEmpty()) {
      String each = skipped == 0 ? "" : ": something is wrong with all lines, " + problems.get(0);
      throw new MalformedFileException(source, "there is no rating in it" + each);
    }
    try {
      return new RatingsReading(builder.build(), looked, skipped, problems);
    } catch (RepeatedRatingException repeated) {
      throw new MalformedFileException(source, repeated.getMessage());
    }
  }

  private boolean next() throws IOException {
    boolean more = lines.next();
    looked += more ? 1 : 0;
    return more;
  }

  private void skip(MalformedFileException bad) throws MalformedFileException {
    if (!options.skipsBad()) {
      throw bad;
    }
    skipped++;
    if (problems.size() < RatingsReading.PROBLEMS) {
      problems.add(bad.getMessage());
    }
  }

  /** Finds out the layout by the first line; true where that line is a header. */
  private boolean isHeader() throws MalformedFileException {
    try {
      format = options.formatOf(line());
    } catch (IllegalArgumentException wrong) {
      throw malformed(wrong.getMessage());
    }
    fields = new RatingsFields(format.separator());
    int last = Math.max(Math.max(format.user(), format.item()), format.rating());
    columns = Math.max(last, format.timestamp()) + 1;
    return format.header();
  }

  private void readLine(RatingsBuilder builder) throws MalformedFileException {
    if (fields == null && isHeader()) {
      return;
    }
    byte[] line = lines.buffer();
    split(line);
    float value = format.rating() == RatingsFormat.NONE ? 1 : rating(line);
    int ofUser = idStart(format.user(), "user");
    int ofItem = idStart(format.item(), "item");
    boolean timed = format.timestamp() != RatingsFormat.NONE;
    long time = timed ? timestamp(line) : 0;
    // The line is good: only now may its ids become known.
    int user = builder.user(line, ofUser, fields.end(format.user()));
    int item = builder.item(line, ofItem, fields.end(format.item()));
    if (timed) {
      builder.add(user, item, value, time);
    } else {
      builder.add(user, item, value);
    }
  }

  private void split(byte[] line) throws MalformedFileException {
    int found;
    try {
      found = fields.split(line, lines.start(), lines.end(), columns);
    } catch (IllegalArgumentException wrong) {
      throw malformed(wrong.getMessage() + " in " + quotedLine());
    }
    if (found < columns) {
      throw malformed(
          "found " + found + (found == 1 ? " column" : " columns") + " in " + quotedLine());
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
    if (!options.isInScale(value)) {
      String text = RatingsFormat.quoted(fields.text(line, column));
      throw malformed(
          "the rating "
              + text
              + " is not on the scale of "
              + options.least()
              + " to "
              + options.most());
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
