package io.talus.train;

import io.talus.op.Activation;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** One layer in a network's file: values by their names. */
final class LayerFields {
  private final Map<?, ?> values;

  LayerFields(Map<?, ?> values) {
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
          "a layer is " + this.values + "; " + name + " must be six numbers");
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
          "a layer is "
              + values
              + "; "
              + name
              + " must be there and of the kind "
              + type.getSimpleName());
    }
    return type.cast(value);
  }
}
