package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.op.Axis;
import io.talus.op.PoolFunction;
import io.talus.op.Precision;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A classifier: layers one after another, whose last outputs are the logits of the classes, and
 * their parameters on a device.
 *
 * <pre>{@code
 * try (Network network =
 *     Network.builder(784).dense(512, Activation.RELU).classes(10).seed(1).build(device)) { ... }
 * }</pre>
 *
 * Must be closed. Not for use by several threads while one of them trains it.
 */
public final class Network implements AutoCloseable {
  private final Device device;
  private final List<Layer> layers;
  private final Precision precision;
  private final ParameterLayout layout;
  private final Workspace memory;
  private final Tensor values;
  private final Normalization normalization;

  /**
   * @param normalization or null
   */
  Network(Device device, List<Layer> layers, Precision precision, Normalization normalization) {
    this.device = device;
    this.normalization = normalization;
    this.precision = precision;
    this.layers = List.copyOf(layers);
    this.layout = new ParameterLayout(this.layers);
    // A workspace of its own: on a GPU, what trains another network at the same time is apart.
    this.memory = device.workspace();
    try {
      this.values = memory.tensor(layout.size());
    } catch (RuntimeException failed) {
      memory.close();
      throw failed;
    }
  }

  /**
   * Begins to describe a network.
   *
   * @param inputs features of an example
   */
  public static Builder builder(int inputs) {
    return new Builder(Shape.of(inputs), Builder.DROPOUT_STREAM);
  }

  /**
   * Begins to describe a network of images.
   *
   * @param inputs an example: rows of pixels, the channels of a pixel side by side
   */
  public static Builder builder(ImageShape inputs) {
    return new Builder(
        Shape.of(inputs.height(), inputs.width(), inputs.channels()), Builder.DROPOUT_STREAM);
  }

  /**
   * Reads a network that {@link #save} wrote, on whatever device; its products are made in float32.
   * Of a checkpoint ({@link TrainingLoop#checkpoint}), its network as training left it.
   *
   * @throws io.talus.data.MalformedFileException when the file is not whole, or not such a network
   */
  public static Network load(Path file, Device device) throws IOException {
    return load(file, device, Precision.FLOAT32);
  }

  /** The same with another precision of its products. */
  public static Network load(Path file, Device device, Precision precision) throws IOException {
    return NetworkFile.load(file, device, requirePrecision(precision));
  }

  private static Precision requirePrecision(Precision precision) {
    if (precision == null) {
      throw new IllegalArgumentException(
          "network: precision is null; use FLOAT32 for the usual one");
    }
    return precision;
  }

  /**
   * Writes layers, parameters and normalization to a safetensors file, which appears whole or not
   * at all. Loaded again on a device of the same kind, with the same precision, the network gives
   * the same bits.
   */
  public void save(Path file) throws IOException {
    NetworkFile.save(file, this);
  }

  public Device device() {
    return device;
  }

  public List<Layer> layers() {
    return layers;
  }

  /** Of the products of its layers, forward and backward. Parameters are float32 in any case. */
  public Precision precision() {
    return precision;
  }

  /**
   * What examples must have been through before they come in, as {@link Builder#normalization} set
   * it; saved and loaded with the network. It is for the caller to apply: {@link #predict} and
   * training take features that are normalized already.
   */
  public Optional<Normalization> normalization() {
    return Optional.ofNullable(normalization);
  }

  /** Features of an example. */
  public int inputs() {
    return layers.get(0).inputs();
  }

  public int classes() {
    return layers.get(layers.size() - 1).outputs();
  }

  /** Numbers that training changes. */
  public long parameterCount() {
    return layout.parameterCount();
  }

  /**
   * One array of a layer, in the order of {@link Layer#parameters}: the network's own, not a copy.
   */
  public Tensor parameter(int layer, int parameter) {
    return layout.view(values, layer, parameter);
  }

  /** The sum of squares of all regularized parameters. */
  public double squaredWeights() {
    return sum(ReduceFunction.SUM_OF_SQUARES, layout.regularized(values));
  }

  /** The sum of the sizes of all regularized parameters. */
  public double absoluteWeights() {
    Tensor weights = layout.regularized(values);
    try (Tensor sizes = device.tensor(weights.size())) {
      device.unary(new Unary(UnaryFunction.ABS, weights, sizes));
      return sum(ReduceFunction.SUM, sizes);
    }
  }

  /** No finite number when a parameter is none. */
  double sumOfParameters() {
    return sum(ReduceFunction.SUM, values);
  }

  private double sum(ReduceFunction function, Tensor of) {
    try (Tensor sum = device.tensor(1)) {
      device.reduce(new Reduce(function, Axis.ALL, of, sum));
      return sum.get(0);
    }
  }

  /**
   * The class of each example and the probability of every class.
   *
   * @param features rows of {@link #inputs} values, one after another; any number of rows
   * @throws IllegalArgumentException when they do not make whole rows
   */
  public Predictions predict(float... features) {
    return Inference.run(this, features);
  }

  /** The class of each example of a dataset and the probability of every class. */
  public Predictions predict(Dataset examples) {
    return predict(examples, null);
  }

  /** The same by the mean of the probabilities over some views of each example. */
  public Predictions predict(Dataset examples, Views views) {
    requireFits(examples, "predict");
    return Inference.run(this, examples, views);
  }

  /**
   * What a layer gives at inference: for each row its {@link Layer#output}, flat; of a convolution
   * the feature maps, the channels of a pixel side by side.
   *
   * @param layer counted from 0
   * @param features rows of {@link #inputs} values, one after another; any number of rows
   * @throws IllegalArgumentException when there is no such layer, or they do not make whole rows
   */
  public float[] features(int layer, float... features) {
    return FeatureMaps.of(this, layer, features);
  }

  /** What each layer makes and costs: print it for a table. */
  public NetworkSummary summary() {
    return NetworkSummary.of(layers);
  }

  /**
   * @throws IllegalArgumentException when the dataset has other features or more classes
   */
  void requireFits(ExampleSource examples, String what) {
    if (examples.inputs() != inputs() || examples.classes() > classes()) {
      throw new IllegalArgumentException(
          what
              + ": the dataset has "
              + examples
              + "; the network takes "
              + inputs()
              + " features and knows "
              + classes()
              + " classes");
    }
  }

  ParameterLayout layout() {
    return layout;
  }

  /** All parameters, laid out by {@link #layout}. */
  Tensor values() {
    return values;
  }

  @Override
  public void close() {
    memory.close();
  }

  /** As in {@code dense 784 to 512, relu; dense 512 to 10 (407,050 parameters)}. */
  @Override
  public String toString() {
    return layers.stream().map(Layer::describe).collect(Collectors.joining("; "))
        + String.format(Locale.ROOT, " (%,d parameters)", parameterCount());
  }

  /** Describes a network, layer after layer. */
  public static final class Builder {
    /** Streams of a seed below this one are for parameters. */
    private static final int DROPOUT_STREAM = 1 << 16;

    private final List<Layer> layers = new ArrayList<>();
    private Shape shape;
    private long seed;
    private Precision precision = Precision.FLOAT32;
    private Normalization normalization;

    /** The next layer's draws are those of this stream and its number. */
    private int streams;

    private Builder(Shape inputs, int streams) {
      this.shape = inputs;
      this.streams = streams;
    }

    /** Adds a fully connected layer. */
    public Builder dense(int outputs, Activation activation) {
      return add(new Dense(width(), outputs, activation));
    }

    /** Adds a fully connected layer whose weights are drawn in another way than its usual one. */
    public Builder dense(int outputs, Activation activation, Initializer initializer) {
      return add(new Dense(width(), outputs, activation, initializer));
    }

    /**
     * Adds a convolution, for which images must come in ({@link Network#builder(ImageShape)}); see
     * {@link ConvolutionLayer}.
     */
    public Builder convolution(int filters, Window window, Activation activation) {
      return add(new ConvolutionLayer(shape, window, filters, activation));
    }

    /** Adds pooling; see {@link PoolLayer}. */
    public Builder pool(PoolFunction function, Window window) {
      return add(new PoolLayer(shape, function, window));
    }

    /** Adds the average of each channel over the whole image. */
    public Builder globalAverage() {
      Images.requireFits("global average", shape, Window.of(1, 1));
      return pool(PoolFunction.AVERAGE, Window.of(shape.length(0), shape.length(1)));
    }

    /** Adds batch normalization; see {@link BatchNormLayer}. */
    public Builder batchNorm(Activation activation) {
      return add(new BatchNormLayer(shape, activation));
    }

    /** Adds layer normalization; see {@link LayerNormLayer}. */
    public Builder layerNorm() {
      return add(new LayerNormLayer(shape));
    }

    /** Adds dropout, which draws by {@link #seed}; see {@link DropoutLayer}. */
    public Builder dropout(float rate) {
      return add(new DropoutLayer(shape, rate, 0, streams + layers.size()));
    }

    /**
     * Adds a residual block {@code y = activation(body(x) + x)}, whose body's last layer must give
     * as many values as come in.
     *
     * @param body adds the body's layers
     * @see Residual
     */
    public Builder residual(Activation activation, UnaryOperator<Builder> body) {
      return add(new Residual(inner(body), List.of(), activation));
    }

    /**
     * Adds a residual block {@code y = activation(body(x) + shortcut(x))}, for a body that does not
     * give as many values as come in.
     */
    public Builder residual(
        Activation activation, UnaryOperator<Builder> body, UnaryOperator<Builder> shortcut) {
      return add(new Residual(inner(body), inner(shortcut), activation));
    }

    private List<Layer> inner(UnaryOperator<Builder> adding) {
      Builder inner = new Builder(shape, streams + layers.size() + 1);
      adding.apply(inner);
      streams = inner.streams + inner.layers.size();
      return inner.layers;
    }

    /** Adds the last layer: fully connected, its outputs are the logits of the classes. */
    public Builder classes(int classes) {
      return dense(classes, Activation.IDENTITY);
    }

    /** The seed of the first parameters and of dropout; 0 unless set. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * The precision of all products, forward and backward; FLOAT32 unless set. {@link
     * Device#precision} tells whether the device has another.
     */
    public Builder precision(Precision value) {
      precision = requirePrecision(value);
      return this;
    }

    /**
     * Keeps with the network what its examples are normalized by, see {@link
     * Network#normalization}; nothing unless set.
     */
    public Builder normalization(Normalization value) {
      normalization = value;
      return this;
    }

    private int width() {
      return Math.toIntExact(shape.size());
    }

    private Builder add(Layer layer) {
      layers.add(layer);
      shape = layer.output();
      return this;
    }

    /**
     * Makes the network in the device's memory and draws its parameters.
     *
     * @throws IllegalArgumentException when the last layer is none of logits
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
          parameters.get(i).initializer().fill(network.device, values, seed, stream);
        }
      }
    }
  }
}
