package io.talus.file;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A part of a file's description: values by their names. What is not there, or of another kind, is
 * an {@link IllegalArgumentException} that shows the part.
 */
public class Fields {
  private final String what;
  private final Map<?, ?> values;

  /**
   * @param what they describe, in messages
   */
  public Fields(String what, Map<?, ?> values) {
    this.what = what;
    this.values = values;
  }

  public final int integer(String name) {
    return of(name, Integer.class);
  }

  public final Number number(String name) {
    return of(name, Number.class);
  }

  public final String text(String name) {
    return of(name, String.class);
  }

  public final boolean truth(String name) {
    return of(name, Boolean.class);
  }

  public final List<?> list(String name) {
    return of(name, List.class);
  }

  /** A number that was written as text, so that it is read to the bit, or is no number. */
  public final double real(String name) {
    return Double.parseDouble(text(name));
  }

  /** One of an enum's constants by its name, in whatever case. */
  public final <E extends Enum<E>> E constant(String name, Class<E> kind) {
    return Enum.valueOf(kind, text(name).toUpperCase(Locale.ROOT));
  }

  /** What may be absent. */
  public final Optional<Object> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** As in {@code the model is {k=2}; minNeighbors must be ...}. */
  protected final IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException(what + " is " + values + "; " + problem);
  }

  private <T> T of(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw wrong(name + " must be there and of the kind " + type.getSimpleName());
    }
    return type.cast(value);
  }
}
