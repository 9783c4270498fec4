package io.talus.data;

import java.nio.charset.StandardCharsets;

/** Numbers out of bytes, quickly. */
final class RatingsNumbers {
  /** Both a whole number below this and 10^10 are exact as floats. */
  private static final long EXACT = 1L << 24;

  private static final float[] TENS = {
    1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f
  };

  private RatingsNumbers() {}

  /** The decimal number there, rounded once; NaN when there is none, infinite when too large. */
  static float decimal(byte[] text, int from, int to) {
    int at = from < to && text[from] == '-' ? from + 1 : from;
    long digits = 0;
    int point = -1;
    for (; at < to && digits < EXACT; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = 10 * digits + digit;
      } else if (text[at] == '.' && point < 0) {
        point = at;
      } else {
        return slowDecimal(text, from, to);
      }
    }
    int decimals = point < 0 ? 0 : to - point - 1;
    int bare = to - from - (point < 0 ? 0 : 1) - (from < to && text[from] == '-' ? 1 : 0);
    if (at < to || digits >= EXACT || decimals >= TENS.length || bare == 0) {
      return slowDecimal(text, from, to);
    }
    float value = digits / TENS[decimals]; // of two exact floats: rounded once
    return text[from] == '-' ? -value : value;
  }

  private static float slowDecimal(byte[] text, int from, int to) {
    for (int at = from; at < to; at++) {
      if ("0123456789+-.eE".indexOf(text[at]) < 0) {
        return Float.NaN; // no names, no hexadecimal digits, no type letters
      }
    }
    try {
      return Float.parseFloat(new String(text, from, to - from, StandardCharsets.US_ASCII));
    } catch (NumberFormatException notOne) {
      return Float.NaN;
    }
  }

  /** Whether a whole number of at most 18 digits is there. */
  static boolean isWhole(byte[] text, int from, int to) {
    int start = from < to && text[from] == '-' ? from + 1 : from;
    if (start == to || to - start > 18) {
      return false;
    }
    for (int at = start; at < to; at++) {
      if (text[at] < '0' || text[at] > '9') {
        return false;
      }
    }
    return true;
  }

  /** That number. */
  static long whole(byte[] text, int from, int to) {
    boolean negative = text[from] == '-';
    long value = 0;
    for (int at = negative ? from + 1 : from; at < to; at++) {
      value = 10 * value + (text[at] - '0');
    }
    return negative ? -value : value;
  }
}
