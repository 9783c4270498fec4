package io.talus.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values as JSON, where a number that is not finite is null. */
final class Json {
  private Json() {}

  /** As it may stand inside a script element. */
  static String text(Object value) {
    try {
      // "</" would end the script, "<!--" hide it.
      return JSON.std.asString(finite(value)).replace("<", "\\u003c");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes it for people and programs to read, whole or not at all. */
  static void write(Path file, Object value) throws IOException {
    TextFile.write(
        file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(finite(value)) + "\n");
  }

  private static Object finite(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> finite = new LinkedHashMap<>();
      map.forEach((key, of) -> finite.put(key, finite(of)));
      return finite;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Json::finite).toArray();
    }
    if (value instanceof double[] numbers) {
      return Arrays.stream(numbers).mapToObj(Json::finite).toArray();
    }
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }
}
