package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.data.Dataset;
import io.talus.data.ExampleSource;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.Axis;
import io.talus.op.Precision;
import io.talus.op.Reduce;
import io.talus.op.ReduceFunction;
import io.talus.op.Unary;
import io.talus.op.UnaryFunction;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
  public static NetworkBuilder builder(int inputs) {
    return new NetworkBuilder(Shape.of(inputs));
  }

  /**
   * Begins to describe a network of sequences, all of as many steps.
   *
   * @param features of a step; an example is its steps one after another
   */
  public static NetworkBuilder builder(int steps, int features) {
    return new NetworkBuilder(Shape.of(steps, features));
  }

  /**
   * Begins to describe a network of images.
   *
   * @param inputs an example: rows of pixels, the channels of a pixel side by side
   */
  public static NetworkBuilder builder(ImageShape inputs) {
    return new NetworkBuilder(Shape.of(inputs.height(), inputs.width(), inputs.channels()));
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

  static Precision requirePrecision(Precision precision) {
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
   * What examples must have been through before they come in, as {@link
   * NetworkBuilder#normalization} set it; saved and loaded with the network. {@link #predict} and
   * training take features that are normalized already; {@link #predictRaw} and {@link #normalized}
   * apply it.
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
   * @throws IllegalArgumentException when they do not make whole rows, or one is NaN or infinite
   */
  public Predictions predict(float... features) {
    return Inference.run(this, features);
  }

  /**
   * As {@link #predict(float...)}, of features as they come: these are normalized first, where the
   * network has a {@link #normalization}.
   */
  public Predictions predictRaw(float... features) {
    return predict(normalization == null ? features : normalization.apply(features.clone()));
  }

  /**
   * Examples as they come, made ready for {@link #predict(ExampleSource)}, for an {@link
   * Evaluation} and for training on: by the network's {@link #normalization}, or as they are where
   * it has none.
   */
  public ExampleSource normalized(ExampleSource raw) {
    return normalization == null ? raw : normalization.apply(raw);
  }

  /** The same of a dataset; a copy. */
  public Dataset normalized(Dataset raw) {
    return normalization == null ? raw : normalization.apply(raw);
  }

  /** The class of each example and the probability of every class. */
  public Predictions predict(ExampleSource examples) {
    return predict(examples, null);
  }

  /** The same by the mean of the probabilities over some views of each example. */
  public Predictions predict(ExampleSource examples, Views views) {
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
    return FeatureMaps.of(this, Integer.toString(layer), features);
  }

  /**
   * The same of a layer that may lie within a {@link Residual} block: {@code 2.body.0} is the first
   * of the body of the third layer, {@code 2.shortcut.0} the first of its shortcut. Their
   * parameters are named so on disk.
   *
   * @throws IllegalArgumentException when there is no such layer, or they do not make whole rows
   */
  public float[] features(String layer, float... features) {
    return FeatureMaps.of(this, layer, features);
  }

  /** What each layer makes and costs, for plain gradient descent: print it for a table. */
  public NetworkSummary summary() {
    return summary(Recipe.of(Optimizer.sgd()));
  }

  /** The same, with the memory that a recipe's optimizer needs. */
  public NetworkSummary summary(Recipe recipe) {
    return NetworkSummary.of(layers, recipe);
  }

  /**
   * Bytes that a training step takes on the device, this network's parameters included: beside
   * these come the examples, the copies of the parameters that a {@link TrainingLoop} keeps to go
   * back to, and what kernels of the device use for themselves.
   *
   * @param batch rows learned at a time
   */
  public long trainingBytes(int batch, Recipe recipe) {
    return TrainingBuffers.bytes(this, batch, recipe) + values.bytes() * Update.arrays(recipe);
  }

  /**
   * @throws IllegalArgumentException when the dataset has other features or more classes, or a
   *     value that is no id where the network takes ids
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
    EmbeddingLayer.requireIds(this, what, examples);
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
}
