package io.talus.onnx;

import io.talus.onnx.OnnxValue.Order;
import io.talus.tensor.Shape;
import java.util.List;

/** Adds the nodes that bring values into the order that a layer takes. */
final class OnnxOrders {
  private final OnnxGraph graph;

  OnnxOrders(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * @param scope the layer that wants it
   * @param shape of an example there, with as many values
   */
  OnnxValue in(Order wanted, Shape shape, OnnxValue x, String scope) {
    boolean fits = x.order() == wanted && (wanted == Order.FLAT || x.shape().equals(shape));
    if (fits) {
      return new OnnxValue(x.name(), wanted, shape);
    }
    return in(wanted, shape, nearer(wanted, shape, x, scope), scope);
  }

  /** One node on the way, which goes from one order to the next and back the same way. */
  private OnnxValue nearer(Order wanted, Shape shape, OnnxValue x, String scope) {
    return switch (x.order()) {
      case CHANNELS_FIRST -> transposed(x, Order.CHANNELS_LAST, scope, 0, 2, 3, 1);
      case CHANNELS_LAST ->
          wanted == Order.CHANNELS_FIRST && x.shape().equals(shape)
              ? transposed(x, wanted, scope, 0, 3, 1, 2)
              : new OnnxValue(flattened(x, scope), Order.FLAT, x.shape());
      case FLAT -> new OnnxValue(asImages(x, shape, scope), Order.CHANNELS_LAST, shape);
    };
  }

  private OnnxValue transposed(OnnxValue x, Order order, String scope, long... axes) {
    String name =
        graph.node(scope, "Transpose", List.of(x.name()), OnnxAttribute.integers("perm", axes));
    return new OnnxValue(name, order, x.shape());
  }

  private String flattened(OnnxValue x, String scope) {
    return graph.node(scope, "Flatten", List.of(x.name()), OnnxAttribute.integer("axis", 1));
  }

  /** In a shape, 0 is the length that is there: that of the rows. */
  private String asImages(OnnxValue x, Shape image, String scope) {
    String shape =
        graph.constant(scope + ".shape", 0, image.length(0), image.length(1), image.length(2));
    return graph.node(scope, "Reshape", List.of(x.name(), shape));
  }
}
