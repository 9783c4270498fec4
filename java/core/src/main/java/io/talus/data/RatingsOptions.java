package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * How ratings are to be read, where {@link RatingsReader#read(Path)} alone will not do. Immutable;
 * each method returns a changed copy.
 *
 * <pre>
 * RatingsReading read =
 *     RatingsOptions.DEFAULT
 *         .columns(new RatingsColumns("viewer", "film", "stars"))
 *         .scale(1, 5)
 *         .skipBad()
 *         .read(file);
 * </pre>
 *
 * @param format the layout, or null for the one that the first line shows
 * @param columns the names of the columns that are looked at, or null for those of {@link
 *     RatingsFormat#detect}
 * @param skipsBad whether malformed lines are passed over and counted, where they are an error else
 * @param least the least rating that may be
 * @param most the greatest rating that may be
 * @param repeats what becomes of several ratings of one item by one user
 */
public record RatingsOptions(
    RatingsFormat format,
    RatingsColumns columns,
    boolean skipsBad,
    float least,
    float most,
    Repeats repeats) {

  /**
   * The layout that the first line shows, malformed lines an error, any finite rating, of repeated
   * ones the last.
   */
  public static final RatingsOptions DEFAULT =
      new RatingsOptions(null, null, false, -Float.MAX_VALUE, Float.MAX_VALUE, Repeats.LAST);

  /**
   * @throws IllegalArgumentException when both a format and columns are given, or the scale is not
   *     one
   */
  public RatingsOptions {
    Objects.requireNonNull(repeats, "repeats");
    if (format != null && columns != null) {
      throw new IllegalArgumentException(
          "a format says where its columns are: give it, or the names of columns, not both");
    }
    if (!(least <= most)) {
      throw new IllegalArgumentException("the scale is " + least + " to " + most);
    }
  }

  /** The same for that layout, or, where it is null, for the one that the first line shows. */
  public RatingsOptions format(RatingsFormat format) {
    return new RatingsOptions(format, null, skipsBad, least, most, repeats);
  }

  /** The same for columns of these names in the first line, wherever they stand. */
  public RatingsOptions columns(RatingsColumns columns) {
    return new RatingsOptions(null, columns, skipsBad, least, most, repeats);
  }

  /**
   * The same, but a malformed line is passed over and counted. That there is not one good line is
   * an error all the same.
   */
  public RatingsOptions skipBad() {
    return new RatingsOptions(format, columns, true, least, most, repeats);
  }

  /**
   * The same, with a line that has another rating than of {@code least} to {@code most} malformed.
   *
   * @throws IllegalArgumentException when one is NaN, or the least is the greater one
   */
  public RatingsOptions scale(float least, float most) {
    return new RatingsOptions(format, columns, skipsBad, least, most, repeats);
  }

  /** The same with that to become of repeated ratings. */
  public RatingsOptions repeats(Repeats repeats) {
    return new RatingsOptions(format, columns, skipsBad, least, most, repeats);
  }

  /**
   * Reads a file, compressed by gzip or not.
   *
   * @throws MalformedFileException as {@link RatingsReader} has it; also when ratings are repeated
   *     that must not be
   * @throws IOException when it cannot be read
   */
  public RatingsReading read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(Gzip.unpack(in), file.toString());
    }
  }

  /**
   * Reads a stream to its end and leaves it open.
   *
   * @param source what errors call it
   * @throws IOException as the other
   */
  public RatingsReading read(InputStream in, String source) throws IOException {
    return new RatingsReader(in, source, this).read();
  }

  boolean isInScale(float rating) {
    return rating >= least && rating <= most;
  }

  /** The layout of a file with that first line. */
  RatingsFormat formatOf(String firstLine) {
    if (format != null) {
      return format;
    }
    return columns == null
        ? RatingsFormat.detect(firstLine)
        : RatingsFormat.named(firstLine, columns);
  }
}
