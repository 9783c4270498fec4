package io.talus.train;

import io.talus.Device;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Precision;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Describes a network, layer after layer; begun by {@link Network#builder(int)} and its kin. */
public final class NetworkBuilder {
  /** Streams of a seed below this one are for parameters. */
  private static final int DROPOUT_STREAM = 1 << 16;

  private final List<Layer> layers = new ArrayList<>();
  private Shape shape;
  private long seed;
  private Precision precision = Precision.FLOAT32;
  private Normalization normalization;

  /** The next layer's draws are those of this stream and its number. */
  private int streams;

  NetworkBuilder(Shape inputs) {
    this(inputs, DROPOUT_STREAM);
  }

  private NetworkBuilder(Shape inputs, int streams) {
    this.shape = inputs;
    this.streams = streams;
  }

  /** Adds a fully connected layer. */
  public NetworkBuilder dense(int outputs, Activation activation) {
    return add(new Dense(width(), outputs, activation));
  }

  /** Adds a fully connected layer whose weights are drawn in another way than its usual one. */
  public NetworkBuilder dense(int outputs, Activation activation, Initializer initializer) {
    return add(new Dense(width(), outputs, activation, initializer));
  }

  /**
   * Adds a convolution, for which images must come in ({@link Network#builder(ImageShape)}); see
   * {@link ConvolutionLayer}.
   */
  public NetworkBuilder convolution(int filters, Window window, Activation activation) {
    return convolution(filters, window, 1, activation);
  }

  /**
   * The same in groups: filters see the channels of their own group alone. With as many groups as
   * channels, each channel is by itself (depthwise).
   *
   * @param groups that divide channels and filters
   */
  public NetworkBuilder convolution(int filters, Window window, int groups, Activation activation) {
    return add(new ConvolutionLayer(shape, window, filters, groups, activation));
  }

  /** Adds pooling; see {@link PoolLayer}. */
  public NetworkBuilder pool(PoolFunction function, Window window) {
    return add(new PoolLayer(shape, function, window));
  }

  /** Adds the average of each channel over the whole image. */
  public NetworkBuilder globalAverage() {
    Images.requireFits("global average", shape, Window.of(1, 1));
    return pool(PoolFunction.AVERAGE, Window.of(shape.length(0), shape.length(1)));
  }

  /** Adds batch normalization; see {@link BatchNormLayer}. */
  public NetworkBuilder batchNorm(Activation activation) {
    return add(new BatchNormLayer(shape, activation));
  }

  /** Adds layer normalization; see {@link LayerNormLayer}. */
  public NetworkBuilder layerNorm() {
    return add(new LayerNormLayer(shape));
  }

  /** Adds a long short-term memory, the state after its last step; see {@link LstmLayer}. */
  public NetworkBuilder lstm(int units) {
    return add(new LstmLayer(Sequences.of("lstm", shape), units, false));
  }

  /** The same with the states after every step, for another recurrent layer. */
  public NetworkBuilder lstmSequence(int units) {
    return add(new LstmLayer(Sequences.of("lstm", shape), units, true));
  }

  /** Adds a gated recurrent unit, the state after its last step; see {@link GruLayer}. */
  public NetworkBuilder gru(int units) {
    return add(new GruLayer(Sequences.of("gru", shape), units, false));
  }

  /** The same with the states after every step, for another recurrent layer. */
  public NetworkBuilder gruSequence(int units) {
    return add(new GruLayer(Sequences.of("gru", shape), units, true));
  }

  /**
   * Adds vectors of ids, as the first layer: each value that comes in is an id of 0 to {@code
   * vocabulary - 1}, and all columns share the vocabulary; see {@link EmbeddingLayer}.
   */
  public NetworkBuilder embedding(int vocabulary, int dimensions) {
    return embedding(List.of(vocabulary), dimensions);
  }

  /** The same with a vocabulary for each column, such as users and items. */
  public NetworkBuilder embedding(List<Integer> vocabularies, int dimensions) {
    return add(new EmbeddingLayer(width(), vocabularies, dimensions));
  }

  /** Adds dropout, which draws by {@link #seed}; see {@link DropoutLayer}. */
  public NetworkBuilder dropout(float rate) {
    return add(new DropoutLayer(shape, rate, 0, streams + layers.size()));
  }

  /**
   * Adds a residual block {@code y = activation(body(x) + x)}, whose body's last layer must give as
   * many values as come in.
   *
   * @param body adds the body's layers
   * @see Residual
   */
  public NetworkBuilder residual(Activation activation, UnaryOperator<NetworkBuilder> body) {
    return add(new Residual(inner(body), List.of(), activation));
  }

  /**
   * Adds a residual block {@code y = activation(body(x) + shortcut(x))}, for a body that does not
   * give as many values as come in.
   */
  public NetworkBuilder residual(
      Activation activation,
      UnaryOperator<NetworkBuilder> body,
      UnaryOperator<NetworkBuilder> shortcut) {
    return add(new Residual(inner(body), inner(shortcut), activation));
  }

  private List<Layer> inner(UnaryOperator<NetworkBuilder> adding) {
    NetworkBuilder inner = new NetworkBuilder(shape, streams + layers.size() + 1);
    adding.apply(inner);
    streams = inner.streams + inner.layers.size();
    return inner.layers;
  }

  /** Adds the last layer: fully connected, its outputs are the logits of the classes. */
  public NetworkBuilder classes(int classes) {
    return dense(classes, Activation.IDENTITY);
  }

  /** The seed of the first parameters and of dropout; 0 unless set. */
  public NetworkBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * The precision of all products, forward and backward; FLOAT32 unless set. {@link
   * Device#precision} tells whether the device has another.
   */
  public NetworkBuilder precision(Precision value) {
    precision = Network.requirePrecision(value);
    return this;
  }

  /**
   * Keeps with the network what its examples are normalized by, see {@link Network#normalization};
   * nothing unless set.
   */
  public NetworkBuilder normalization(Normalization value) {
    normalization = value;
    return this;
  }

  /** What was added so far. */
  public List<Layer> layers() {
    return List.copyOf(layers);
  }

  private int width() {
    return Math.toIntExact(shape.size());
  }

  private NetworkBuilder add(Layer layer) {
    if (!layers.isEmpty()) {
      LayerKind.requireInside(layer);
    }
    layers.add(layer);
    shape = layer.output();
    return this;
  }

  /**
   * Makes the network in the device's memory and draws its parameters.
   *
   * @throws IllegalArgumentException when the last layer is none of logits, or ids are to be
   *     normalized
   */
  public Network build(Device device) {
    boolean givesLogits =
        !layers.isEmpty()
            && layers.get(layers.size() - 1) instanceof Dense last
            && last.activation() == Activation.IDENTITY;
    if (!givesLogits) {
      throw new IllegalArgumentException(
          "network: the last layer must give logits, without activation; add classes(n)");
    }
    if (normalization != null && LayerKind.of(layers.get(0)).takesIds()) {
      throw new IllegalArgumentException("network: its first layer takes ids, not normalized");
    }
    Network network = new Network(device, seeded(layers, seed), precision, normalization);
    try {
      draw(network);
      return network;
    } catch (RuntimeException failed) {
      network.close();
      throw failed;
    }
  }

  private static List<Layer> seeded(List<Layer> layers, long seed) {
    return layers.stream().map(layer -> seeded(layer, seed)).toList();
  }

  private static Layer seeded(Layer layer, long seed) {
    if (layer instanceof Residual block) {
      return new Residual(
          seeded(block.body(), seed), seeded(block.shortcut(), seed), block.activation());
    }
    return layer instanceof DropoutLayer dropout ? dropout.withSeed(seed) : layer;
  }

  private void draw(Network network) {
    for (int layer = 0, stream = 0; layer < layers.size(); layer++) {
      List<Parameter> parameters = layers.get(layer).parameters();
      for (int i = 0; i < parameters.size(); i++, stream++) {
        Tensor values = network.parameter(layer, i);
        parameters.get(i).initializer().fill(network.device(), values, seed, stream);
      }
    }
  }
}
