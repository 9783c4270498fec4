package io.talus.onnx;

import io.talus.data.AtomicFile;
import io.talus.data.Normalization;
import io.talus.onnx.OnnxValue.Order;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import io.talus.train.Layer;
import io.talus.train.Network;
import io.talus.train.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as an ONNX model (operator set 17), for ONNX Runtime and others.
 *
 * <pre>{@code
 * OnnxExport.of(network).withNormalization().withSoftmax().write(Path.of("digits.onnx"));
 * }</pre>
 *
 * <p><b>Input</b> {@code features}, float32, any number of rows: rows x inputs, or of a network of
 * images rows x height x width x channels, so that in either case it is the same numbers in the
 * same order as {@link Network#predict(float...)} takes. {@link #channelsFirst} makes it rows x
 * channels x height x width. Features must be normalized as the network's own, unless the model
 * does it ({@link #withNormalization}).
 *
 * <p><b>Output</b> {@code logits}, rows x classes, or {@code probabilities} ({@link #withSoftmax}).
 *
 * <p>Layers are as at inference: dropout is left out, batch normalization takes its running values.
 * Results differ from the network's own by rounding alone, where its products are made in float32.
 * Immutable.
 */
public final class OnnxExport {
  /** What a message of protocol buffers may have. */
  private static final long MOST_BYTES = Integer.MAX_VALUE;

  private static final int RANK_OF_IMAGES = 3;

  private final Network network;
  private final boolean channelsFirst;
  private final boolean softmax;
  private final Normalization normalization;

  private OnnxExport(
      Network network, boolean channelsFirst, boolean softmax, Normalization normalization) {
    this.network = network;
    this.channelsFirst = channelsFirst;
    this.softmax = softmax;
    this.normalization = normalization;
  }

  /** An export of logits, from features that are normalized already. */
  public static OnnxExport of(Network network) {
    return new OnnxExport(network, false, false, null);
  }

  /**
   * Takes images as rows x channels x height x width, as models that come from elsewhere do most
   * often.
   *
   * @throws IllegalArgumentException when the network is none of images
   */
  public OnnxExport channelsFirst() {
    if (!takesImages()) {
      throw new IllegalArgumentException(
          "onnx export: the network takes rows of "
              + network.inputs()
              + " features, not images; channels first is for Network.builder(ImageShape)");
    }
    return new OnnxExport(network, true, softmax, normalization);
  }

  /** Gives probabilities in place of logits. */
  public OnnxExport withSoftmax() {
    return new OnnxExport(network, channelsFirst, true, normalization);
  }

  /**
   * Makes {@link Network#normalization} the model's first nodes, so that it takes features as they
   * come.
   *
   * @throws IllegalArgumentException when the network has none
   */
  public OnnxExport withNormalization() {
    Normalization own =
        network
            .normalization()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "onnx export: the network has no normalization; it is set where the network"
                            + " is built"));
    return new OnnxExport(network, channelsFirst, softmax, own);
  }

  /**
   * Writes the model, which appears whole or not at all.
   *
   * @throws IllegalArgumentException naming the layer that cannot be exported, or when the model
   *     would be larger than the 2 GB that the format allows
   */
  public void write(Path file) throws IOException {
    ProtoMessage model = model();
    if (model.size() > MOST_BYTES) {
      throw new IllegalArgumentException(
          "onnx export: the model has " + model.size() + " bytes; the format allows " + MOST_BYTES);
    }
    AtomicFile.write(file, model::writeTo);
  }

  private ProtoMessage model() {
    OnnxGraph graph = new OnnxGraph();
    OnnxValue x = input(graph);
    if (normalization != null) {
      x = normalized(graph, x);
    }
    String logits =
        new OnnxLayers(graph, parameters(network)).chain(network.layers(), "layers", x).name();
    if (softmax) {
      String probabilities =
          graph.node("softmax", "Softmax", List.of(logits), OnnxAttribute.integer("axis", 1));
      graph.output("probabilities", probabilities, network.classes());
    } else {
      graph.output("logits", logits, network.classes());
    }
    return graph.model();
  }

  private boolean takesImages() {
    return network.layers().get(0).input().rank() == RANK_OF_IMAGES;
  }

  private OnnxValue input(OnnxGraph graph) {
    Shape shape = network.layers().get(0).input();
    if (!takesImages()) {
      return new OnnxValue(graph.input("features", shape.size()), Order.FLAT, shape);
    }
    long height = shape.length(0);
    long width = shape.length(1);
    long channels = shape.length(2);
    return channelsFirst
        ? new OnnxValue(
            graph.input("features", channels, height, width), Order.CHANNELS_FIRST, shape)
        : new OnnxValue(
            graph.input("features", height, width, channels), Order.CHANNELS_LAST, shape);
  }

  /** A mean and a deviation for each feature, whatever they were made for. */
  private OnnxValue normalized(OnnxGraph graph, OnnxValue x) {
    String scope = "normalization";
    OnnxValue rows = new OnnxOrders(graph).in(Order.FLAT, x.shape(), x, scope);
    Shape each = Shape.of(x.shape().size());
    String means = graph.constant(scope + ".means", repeated(normalization.means()), each);
    String deviations =
        graph.constant(scope + ".deviations", repeated(normalization.deviations()), each);
    String centred = graph.node(scope, "Sub", List.of(rows.name(), means));
    return rows.named(graph.node(scope, "Div", List.of(centred, deviations)));
  }

  private float[] repeated(float[] kinds) {
    float[] all = new float[network.inputs()];
    for (int i = 0; i < all.length; i++) {
      all[i] = kinds[i % kinds.length];
    }
    return all;
  }

  private static Map<String, Tensor> parameters(Network network) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    for (int layer = 0; layer < network.layers().size(); layer++) {
      Layer described = network.layers().get(layer);
      List<Parameter> its = described.parameters();
      for (int i = 0; i < its.size(); i++) {
        all.put("layers." + layer + "." + its.get(i).name(), network.parameter(layer, i));
      }
    }
    return all;
  }
}
