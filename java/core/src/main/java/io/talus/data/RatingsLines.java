package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a stream that are not blank, as ranges of one buffer. Lines end in LF or CR LF; a
 * byte order mark is passed over.
 */
final class RatingsLines {
  private static final int FIRST_LENGTH = 1 << 18;

  private final InputStream in;
  private byte[] buffer = new byte[FIRST_LENGTH];

  /** Bytes in the buffer. */
  private int filled;

  /** Where the next line starts. */
  private int next;

  private boolean ended;
  private int start;
  private int end;
  private long number;

  RatingsLines(InputStream in) {
    this.in = in;
  }

  /** Goes to the next line that is not blank; false at the end. */
  boolean next() throws IOException {
    do {
      if (!nextOfAny()) {
        return false;
      }
    } while (isBlank());
    return true;
  }

  /** Holds the line until the next call of {@link #next}. */
  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** The line's number, from 1; blank lines count. */
  long number() {
    return number;
  }

  private boolean nextOfAny() throws IOException {
    int at = next;
    while (true) {
      while (at < filled && buffer[at] != '\n') {
        at++;
      }
      if (at < filled || ended) {
        break;
      }
      at -= next;
      fill();
    }
    if (at == next && at == filled) {
      return false;
    }
    start = number == 0 ? afterMark() : next;
    end = at > start && buffer[at - 1] == '\r' ? at - 1 : at;
    next = Math.min(at + 1, filled);
    number++;
    return true;
  }

  /** Moves what is left to the front of the buffer and reads more behind it. */
  private void fill() throws IOException {
    int left = filled - next;
    if (left == buffer.length) {
      if (left >= Integer.MAX_VALUE / 2) {
        throw new IOException("line " + (number + 1) + " is longer than " + left + " bytes");
      }
      buffer = Arrays.copyOf(buffer, 2 * left);
    }
    System.arraycopy(buffer, next, buffer, 0, left);
    next = 0;
    filled = left;
    int read = in.read(buffer, filled, buffer.length - filled);
    if (read < 0) {
      ended = true;
    } else {
      filled += read;
    }
  }

  private int afterMark() {
    boolean mark =
        filled - next >= 3
            && buffer[next] == (byte) 0xEF
            && buffer[next + 1] == (byte) 0xBB
            && buffer[next + 2] == (byte) 0xBF;
    return mark ? next + 3 : next;
  }

  private boolean isBlank() {
    for (int at = start; at < end; at++) {
      if (buffer[at] != ' ' && buffer[at] != '\t') {
        return false;
      }
    }
    return true;
  }
}
