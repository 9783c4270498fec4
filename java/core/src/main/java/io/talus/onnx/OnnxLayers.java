package io.talus.onnx;

import io.talus.onnx.OnnxValue.Order;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import io.talus.train.BatchNormLayer;
import io.talus.train.ConvolutionLayer;
import io.talus.train.Dense;
import io.talus.train.DropoutLayer;
import io.talus.train.EmbeddingLayer;
import io.talus.train.Layer;
import io.talus.train.LayerNormLayer;
import io.talus.train.PoolLayer;
import io.talus.train.RecurrentLayer;
import io.talus.train.Residual;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Adds the nodes of layers, as they are at inference. */
final class OnnxLayers {
  private static final int RANK_OF_IMAGES = 3;

  private final OnnxGraph graph;
  private final OnnxOrders orders;
  private final Map<String, Tensor> parameters;

  /**
   * @param parameters by their names, such as {@code layers.0.weight}
   */
  OnnxLayers(OnnxGraph graph, Map<String, Tensor> parameters) {
    this.graph = graph;
    this.orders = new OnnxOrders(graph);
    this.parameters = parameters;
  }

  /** Layers one after another. */
  OnnxValue chain(List<Layer> layers, String scope, OnnxValue x) {
    OnnxValue y = x;
    for (int i = 0; i < layers.size(); i++) {
      y = layer(layers.get(i), scope + "." + i, y);
    }
    return y;
  }

  /**
   * @param scope the layer's name
   * @throws IllegalArgumentException when ONNX has no nodes for such a layer here
   */
  private OnnxValue layer(Layer layer, String scope, OnnxValue x) {
    if (layer instanceof DropoutLayer) {
      return x;
    }
    if (layer instanceof Dense dense) {
      return dense(dense, scope, x);
    }
    if (layer instanceof Residual block) {
      return residual(block, scope, x);
    }
    if (layer instanceof RecurrentLayer recurrent) {
      OnnxValue rows = orders.in(Order.FLAT, layer.input(), x, scope);
      return new OnnxRecurrent(graph, parameters).add(recurrent, scope, rows);
    }
    if (layer instanceof EmbeddingLayer embedding) {
      return embedding(embedding, scope, x);
    }
    int rank = layer.input().rank();
    if (rank == 1 || rank == RANK_OF_IMAGES) {
      if (layer instanceof ConvolutionLayer convolution) {
        return convolution(convolution, scope, x);
      }
      if (layer instanceof PoolLayer pool) {
        return pool(pool, scope, x);
      }
      if (layer instanceof BatchNormLayer norm) {
        return batchNorm(norm, scope, x);
      }
      if (layer instanceof LayerNormLayer norm) {
        return layerNorm(norm, scope, x);
      }
    }
    throw new IllegalArgumentException(
        "onnx export: "
            + scope
            + ", "
            + layer.describe()
            + ", of "
            + layer.input()
            + ", cannot be exported; dense and recurrent layers, embeddings, and convolutions,"
            + " pooling, normalization, dropout and residual blocks of rows or images can");
  }

  private OnnxValue dense(Dense layer, String scope, OnnxValue x) {
    OnnxValue rows = orders.in(Order.FLAT, layer.input(), x, scope);
    String y =
        graph.node(
            scope,
            "Gemm",
            List.of(rows.name(), parameter(scope, "weight"), parameter(scope, "bias")));
    return activation(layer.activation(), scope, new OnnxValue(y, Order.FLAT, layer.output()));
  }

  /** What is no id, for which Talus has NaN, is for the other program to refuse. */
  private OnnxValue embedding(EmbeddingLayer layer, String scope, OnnxValue x) {
    String ids =
        graph.node(scope, "Cast", List.of(x.name()), OnnxAttribute.integer("to", OnnxGraph.INT64));
    String firsts = graph.constant(scope + ".firsts", layer.firstRows());
    String rows = graph.node(scope, "Add", List.of(ids, firsts));
    String vectors = graph.node(scope, "Gather", List.of(parameter(scope, "table"), rows));
    String flat = graph.node(scope, "Flatten", List.of(vectors), OnnxAttribute.integer("axis", 1));
    return new OnnxValue(flat, Order.FLAT, layer.output());
  }

  private OnnxValue convolution(ConvolutionLayer layer, String scope, OnnxValue x) {
    OnnxValue images = orders.in(Order.CHANNELS_FIRST, layer.input(), x, scope);
    String y =
        graph.node(
            scope,
            "Conv",
            List.of(images.name(), filters(scope), parameter(scope, "bias")),
            window(layer.window(), OnnxAttribute.integer("group", layer.groups())));
    return activation(
        layer.activation(), scope, new OnnxValue(y, Order.CHANNELS_FIRST, layer.output()));
  }

  /** From height x width x channels x filters to filters x channels x height x width. */
  private String filters(String scope) {
    Tensor weight = parameters.get(scope + ".weight");
    Shape shape = weight.shape();
    int places = Math.toIntExact(shape.length(0) * shape.length(1));
    int channels = Math.toIntExact(shape.length(2));
    int filters = Math.toIntExact(shape.length(3));
    float[] from = weight.toArray();
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int filter = i % filters;
      int channel = i / filters % channels;
      int place = i / filters / channels;
      to[(filter * channels + channel) * places + place] = from[i];
    }
    return graph.constant(
        scope + ".weight", to, Shape.of(filters, channels, shape.length(0), shape.length(1)));
  }

  private OnnxValue pool(PoolLayer layer, String scope, OnnxValue x) {
    OnnxValue images = orders.in(Order.CHANNELS_FIRST, layer.input(), x, scope);
    // Places in the padding do not count: so it is in ONNX too, unless one asks for it.
    String operator = layer.function() == PoolFunction.MAX ? "MaxPool" : "AveragePool";
    String y = graph.node(scope, operator, List.of(images.name()), window(layer.window()));
    return new OnnxValue(y, Order.CHANNELS_FIRST, layer.output());
  }

  private static ProtoMessage[] window(Window window, ProtoMessage... more) {
    long rows = window.paddingHeight();
    long columns = window.paddingWidth();
    Stream<ProtoMessage> attributes =
        Stream.of(
            OnnxAttribute.integers("kernel_shape", window.height(), window.width()),
            OnnxAttribute.integers("strides", window.strideHeight(), window.strideWidth()),
            OnnxAttribute.integers("pads", rows, columns, rows, columns));
    return Stream.concat(attributes, Stream.of(more)).toArray(ProtoMessage[]::new);
  }

  private OnnxValue batchNorm(BatchNormLayer layer, String scope, OnnxValue x) {
    OnnxValue in = orders.in(order(layer, Order.CHANNELS_FIRST), layer.input(), x, scope);
    String y =
        graph.node(
            scope,
            "BatchNormalization",
            List.of(
                in.name(),
                parameter(scope, "scale"),
                parameter(scope, "shift"),
                parameter(scope, "running_mean"),
                parameter(scope, "running_variance")),
            OnnxAttribute.real("epsilon", layer.epsilon()));
    return activation(layer.activation(), scope, in.named(y));
  }

  private OnnxValue layerNorm(LayerNormLayer layer, String scope, OnnxValue x) {
    OnnxValue in = orders.in(order(layer, Order.CHANNELS_LAST), layer.input(), x, scope);
    String y =
        graph.node(
            scope,
            "LayerNormalization",
            List.of(in.name(), parameter(scope, "scale"), parameter(scope, "shift")),
            OnnxAttribute.integer("axis", -1),
            OnnxAttribute.real("epsilon", layer.epsilon()));
    return in.named(y);
  }

  private static Order order(Layer layer, Order ofImages) {
    return layer.input().rank() == RANK_OF_IMAGES ? ofImages : Order.FLAT;
  }

  private OnnxValue residual(Residual block, String scope, OnnxValue x) {
    OnnxValue body = chain(block.body(), scope + ".body", x);
    OnnxValue other = chain(block.shortcut(), scope + ".shortcut", x);
    Order order = body.shape().equals(other.shape()) ? body.order() : Order.FLAT;
    OnnxValue one = orders.in(order, block.output(), body, scope);
    OnnxValue two = orders.in(order, block.output(), other, scope);
    String sum = graph.node(scope, "Add", List.of(one.name(), two.name()));
    return activation(block.activation(), scope, one.named(sum));
  }

  private OnnxValue activation(Activation activation, String scope, OnnxValue x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> x.named(graph.node(scope, "Relu", List.of(x.name())));
      case TANH -> x.named(graph.node(scope, "Tanh", List.of(x.name())));
      case SIGMOID -> x.named(graph.node(scope, "Sigmoid", List.of(x.name())));
      case GELU -> x.named(gelu(scope, x.name()));
    };
  }

  /** x/2 (1 + erf(x / sqrt 2)), for which there is one node from operator set 20 on only. */
  private String gelu(String scope, String x) {
    String part =
        graph.node(
            scope, "Mul", List.of(x, graph.constant(scope + ".root", (float) Math.sqrt(0.5))));
    String erf = graph.node(scope, "Erf", List.of(part));
    String sum = graph.node(scope, "Add", List.of(erf, graph.constant(scope + ".one", 1f)));
    String product = graph.node(scope, "Mul", List.of(x, sum));
    return graph.node(scope, "Mul", List.of(product, graph.constant(scope + ".half", 0.5f)));
  }

  private String parameter(String scope, String its) {
    String name = scope + "." + its;
    Tensor values = parameters.get(name);
    return graph.constant(name, values.toArray(), values.shape());
  }
}
