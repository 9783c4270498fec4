package io.talus.train;

import io.talus.file.Fields;
import io.talus.op.Activation;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** A part of a network's file, most often a layer: values by their names. */
final class LayerFields extends Fields {
  private final Map<?, ?> values;

  LayerFields(Map<?, ?> values) {
    this("a layer", values);
  }

  /**
   * @param what they describe, in messages
   */
  LayerFields(String what, Map<?, ?> values) {
    super(what, values);
    this.values = values;
  }

  Object kind() {
    return values.get("kind");
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
      throw wrong(name + " must be six numbers");
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
    return constant("activation", Activation.class);
  }
}
