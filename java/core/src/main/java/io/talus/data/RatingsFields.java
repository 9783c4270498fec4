package io.talus.data;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts a line into columns without copying it. Made once, used for every line. */
final class RatingsFields {
  private static final byte QUOTE = '"';

  private final byte[] separator;
  private final boolean blanks;
  private final boolean quotes;
  private int[] starts = new int[8];
  private int[] ends = new int[8];

  RatingsFields(String separator) {
    this.separator = separator.getBytes(StandardCharsets.UTF_8);
    this.blanks = separator.equals(RatingsFormat.BLANKS);
    this.quotes = separator.equals(",") || separator.equals(";");
  }

  /**
   * Finds the columns of {@code line[from .. to)}, at most {@code most} of them, and tells how many
   * it found. Doubled quotes inside quotes are made single in place.
   *
   * @throws IllegalArgumentException when a quote is not closed
   */
  int split(byte[] line, int from, int to, int most) {
    int count = 0;
    int at = from;
    while (count < most) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
        ends = Arrays.copyOf(ends, 2 * count);
      }
      int start = skipBlanks(line, at, to);
      int end;
      if (quotes && start < to && line[start] == QUOTE) {
        end = unquote(line, start, to, count);
      } else {
        end = separator(line, blanks ? start : at, to);
        trim(line, Math.min(start, end), end, count);
      }
      count++;
      at = blanks ? skipBlanks(line, end, to) : end + separator.length;
      if (end == to || (blanks && at == to)) {
        break;
      }
    }
    return count;
  }

  int start(int column) {
    return starts[column];
  }

  int end(int column) {
    return ends[column];
  }

  String text(byte[] line, int column) {
    return new String(line, starts[column], ends[column] - starts[column], StandardCharsets.UTF_8);
  }

  /** Where the separator is, or {@code to}. */
  private int separator(byte[] line, int from, int to) {
    if (blanks) {
      int at = from;
      while (at < to && !isBlank(line[at])) {
        at++;
      }
      return at;
    }
    for (int at = from; at <= to - separator.length; at++) {
      if (line[at] == separator[0] && (separator.length == 1 || isSeparator(line, at))) {
        return at;
      }
    }
    return to;
  }

  private boolean isSeparator(byte[] line, int at) {
    return Arrays.equals(line, at, at + separator.length, separator, 0, separator.length);
  }

  private void trim(byte[] line, int from, int to, int column) {
    int end = to;
    while (end > from && isBlank(line[end - 1])) {
      end--;
    }
    starts[column] = from;
    ends[column] = end;
  }

  /** Sets the column to what is between the quotes; gives where the separator after them is. */
  private int unquote(byte[] line, int quote, int to, int column) {
    int write = quote + 1;
    int read = quote + 1;
    while (read < to && !(line[read] == QUOTE && (read + 1 == to || line[read + 1] != QUOTE))) {
      read += line[read] == QUOTE ? 1 : 0; // of two quotes, the second stays
      line[write++] = line[read++];
    }
    int end = skipBlanks(line, read + 1, to);
    if (read >= to || (end < to && !isSeparator(line, end))) {
      throw new IllegalArgumentException("column " + (column + 1) + ": the quote is not closed");
    }
    starts[column] = quote + 1;
    ends[column] = write;
    return Math.min(end, to);
  }

  private int skipBlanks(byte[] line, int from, int to) {
    int at = from;
    while (at < to && isBlank(line[at]) && (blanks || line[at] != separator[0])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t';
  }
}
