package io.talus.onnx;

/** Settings of nodes: {@code AttributeProto}. */
final class OnnxAttribute {
  private static final int NAME = 1;
  private static final int REAL = 2;
  private static final int INTEGER = 3;
  private static final int INTEGERS = 8;
  private static final int TYPE = 20;

  // Values of TYPE.
  private static final int IS_REAL = 1;
  private static final int IS_INTEGER = 2;
  private static final int IS_INTEGERS = 7;

  private OnnxAttribute() {}

  static ProtoMessage real(String name, float value) {
    return new ProtoMessage().text(NAME, name).real(REAL, value).integer(TYPE, IS_REAL);
  }

  static ProtoMessage integer(String name, long value) {
    return new ProtoMessage().text(NAME, name).integer(INTEGER, value).integer(TYPE, IS_INTEGER);
  }

  static ProtoMessage integers(String name, long... values) {
    ProtoMessage attribute = new ProtoMessage().text(NAME, name);
    for (long value : values) {
      attribute.integer(INTEGERS, value);
    }
    return attribute.integer(TYPE, IS_INTEGERS);
  }
}
