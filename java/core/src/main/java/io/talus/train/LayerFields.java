package io.talus.train;

import io.talus.op.Activation;
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

  /** A shape as it is written. */
  static List<Long> of(Shape shape) {
    return LongStream.of(shape.toArray()).boxed().toList();
  }

  Activation activation() {
    return Activation.valueOf(of("activation", String.class).toUpperCase(Locale.ROOT));
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
