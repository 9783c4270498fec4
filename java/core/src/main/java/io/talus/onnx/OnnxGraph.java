package io.talus.onnx;

import io.talus.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model under way: nodes, the constants that they use, input and output. Numbers of fields are
 * those of {@code onnx.proto}.
 */
final class OnnxGraph {
  /** The newest that this needs, for layer normalization; of 2022. */
  private static final int OPERATOR_SET = 17;

  private static final int FORMAT_VERSION = 8;

  // Types of elements.
  private static final int FLOAT = 1;
  static final int INT64 = 7;

  private final ProtoMessage graph = new ProtoMessage().text(2, "talus");
  private final Set<String> names = new HashSet<>();

  /**
   * Adds a node.
   *
   * @param scope the layer that it is of
   * @return the name of what it gives
   */
  String node(String scope, String operator, List<String> inputs, ProtoMessage... attributes) {
    String name = unused(scope + "/" + operator);
    node(name, operator, inputs, name, attributes);
    return name;
  }

  private void node(
      String name,
      String operator,
      List<String> inputs,
      String output,
      ProtoMessage... attributes) {
    ProtoMessage node = new ProtoMessage();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, name).text(4, operator);
    for (ProtoMessage attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
  }

  /** Adds numbers that never change; their name. */
  String constant(String name, float[] values, Shape shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(name, FLOAT, bytes.array(), shape.toArray());
  }

  /** The same of one number, for all elements. */
  String constant(String name, float value) {
    return constant(name, new float[] {value}, Shape.of(1));
  }

  /** The same of whole numbers: a vector. */
  String constant(String name, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(name, INT64, bytes.array(), values.length);
  }

  private String constant(String wanted, int type, byte[] bytes, long... lengths) {
    String name = unused(wanted);
    ProtoMessage tensor = new ProtoMessage();
    for (long length : lengths) {
      tensor.integer(1, length);
    }
    graph.message(5, tensor.integer(2, type).text(8, name).bytes(9, bytes));
    return name;
  }

  private String unused(String wanted) {
    String name = wanted;
    for (int i = 2; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Any number of rows of so many values come in. */
  String input(String name, long... lengths) {
    names.add(name);
    graph.message(11, value(name, lengths));
    return name;
  }

  /** Gives what a node gave to the outside: any number of rows of so many values. */
  void output(String name, String from, long length) {
    names.add(name);
    node("output", "Identity", List.of(from), name);
    graph.message(12, value(name, length));
  }

  private static ProtoMessage value(String name, long... lengths) {
    ProtoMessage shape = new ProtoMessage().message(1, new ProtoMessage().text(2, "rows"));
    for (long length : lengths) {
      shape.message(1, new ProtoMessage().integer(1, length));
    }
    ProtoMessage tensor = new ProtoMessage().integer(1, FLOAT).message(2, shape);
    return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
  }

  /** The whole file. */
  ProtoMessage model() {
    ProtoMessage operators = new ProtoMessage().text(1, "").integer(2, OPERATOR_SET);
    return new ProtoMessage()
        .integer(1, FORMAT_VERSION)
        .text(2, "talus")
        .message(7, graph)
        .message(8, operators);
  }
}
