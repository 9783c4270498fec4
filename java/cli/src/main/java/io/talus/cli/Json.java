package io.talus.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Values as JSON that may stand inside a script element. */
final class Json {
  private Json() {}

  static String text(Object value) {
    try {
      // NaN is no JSON number; a chart leaves null out. "</" would end the script, "<!--" hide it.
      return JSON.std.asString(value).replace("\"NaN\"", "null").replace("<", "\\u003c");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
