package io.talus.onnx;

import io.talus.tensor.Shape;

/**
 * What a node gives: rows of values, or images in one of two orders.
 *
 * @param shape of an example, as Talus has it: of images height x width x channels
 */
record OnnxValue(String name, Order order, Shape shape) {
  enum Order {
    /** Rows x values, the channels of a pixel side by side. */
    FLAT,
    /** Rows x height x width x channels: as Talus has images. */
    CHANNELS_LAST,
    /** Rows x channels x height x width: as ONNX has them. */
    CHANNELS_FIRST
  }

  /** What another node made of it, element by element. */
  OnnxValue named(String other) {
    return new OnnxValue(other, order, shape);
  }
}
