package io.talus.train;

import io.talus.op.Activation;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;

/** A part of a network's file, most often a layer: values by their names. */
final class LayerFields {
  private final String what;
  private final Map<?, ?> values;

  LayerFields(Map<?, ?> values) {
    this("a layer", values);
  }

  /**
   * @param what they describe, in messages
   */
  LayerFields(String what, Map<?, ?> values) {
    this.what = what;
    this.values = values;
  }

  Object kind() {
    return values.get("kind");
  }

  int integer(String name) {
    return of(name, Integer.class);
  }

  Number number(String name) {
    return of(name, Number.class);
  }

  String text(String name) {
    return of(name, String.class);
  }

  List<?> list(String name) {
    return of(name, List.class);
  }

  /** A number that was written as text, so that it is read to the bit, or is no number. */
  double real(String name) {
    return Double.parseDouble(text(name));
  }

  /** What may be absent. */
  Optional<Object> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  int[] integers(String name) {
    return list(name).stream()
        .mapToInt(value -> value instanceof Integer number ? number : -1)
        .toArray();
  }

  float[] floats(String name) {
    List<?> list = list(name);
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = list.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
    }
    return floats;
  }

  Shape shape(String name) {
    List<?> lengths = list(name);
    return Shape.of(
        lengths.stream()
            .mapToLong(length -> length instanceof Number number ? number.longValue() : -1)
            .toArray());
  }

  /** As {@link #of(Window)} writes it. */
  Window window(String name) {
    long[] values = shape(name).toArray();
    if (values.length != 6) {
      throw new IllegalArgumentException(
          what + " is " + this.values + "; " + name + " must be six numbers");
    }
    return new Window(values[0], values[1], values[2], values[3], values[4], values[5]);
  }

  /** Height, width, their strides, their paddings. */
  static List<Long> of(Window window) {
    return List.of(
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.paddingHeight(),
        window.paddingWidth());
  }

  /** A shape as it is written. */
  static List<Long> of(Shape shape) {
    return LongStream.of(shape.toArray()).boxed().toList();
  }

  Activation activation() {
    return Activation.valueOf(text("activation").toUpperCase(Locale.ROOT));
  }

  private <T> T of(String name, Class<T> type) {
    Object value = values.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException(
          what
              + " is "
              + values
              + "; "
              + name
              + " must be there and of the kind "
              + type.getSimpleName());
    }
    return type.cast(value);
  }
}
