package io.talus.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.talus.Device;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of whole networks against finite differences in double. */
class GradientTest {
  private static final Dataset EXAMPLES = Examples.noise(13, 5, 4);
  private static final double STEP = 1e-5;

  /**
   * What float32 may be off: gradients here are sums of at most 13 x 20 products below 4, each with
   * a rounding error of 6e-8, divided by the rows. The differences are exact to about STEP^2.
   */
  private static final double TOLERANCE = 4e-6;

  static Stream<Arguments> devicesAndActivations() {
    return TrainDevices.all()
        .flatMap(
            device ->
                Stream.of(Activation.values()).map(activation -> Arguments.of(device, activation)));
  }

  @ParameterizedTest
  @MethodSource("devicesAndActivations")
  void isTheSlopeOfTheLoss(Device device, Activation activation) {
    try (Network network = network(device, activation);
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, EXAMPLES, rows);
        compare(network, step, EXAMPLES, rows, TOLERANCE);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithDropout(Device device) {
    try (Network network =
            offZero(
                Network.builder(5)
                    .dropout(0.2f)
                    .dense(20, Activation.TANH)
                    .dropout(0.5f)
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      compute(step, EXAMPLES, 13);
      compare(network, step, EXAMPLES, 13, TOLERANCE);
    }
  }

  /** Blocks first, in the middle and within another, with and without an activation. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithResidualBlocks(Device device) {
    try (Network network =
            offZero(
                Network.builder(5)
                    .residual(
                        Activation.TANH,
                        body -> body.dense(9, Activation.TANH).dense(5, Activation.RELU))
                    .dense(8, Activation.GELU)
                    .residual(
                        Activation.IDENTITY,
                        body ->
                            body.dropout(0.3f)
                                .residual(
                                    Activation.RELU, inner -> inner.dense(8, Activation.SIGMOID))
                                .dense(8, Activation.GELU))
                    .residual(
                        Activation.SIGMOID,
                        body -> body.dense(6, Activation.RELU).dense(7, Activation.RELU),
                        shortcut -> shortcut.dense(7, Activation.IDENTITY))
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, EXAMPLES, rows);
        compare(network, step, EXAMPLES, rows, TOLERANCE);
      }
    }
  }

  /** Normalized features have deviation 1, so a factor of 4 covers what their gradients gain. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithBatchNormalization(Device device) {
    try (Network network =
            offZero(
                Network.builder(5)
                    .batchNorm(Activation.IDENTITY)
                    .dense(9, Activation.IDENTITY)
                    .batchNorm(Activation.RELU)
                    .residual(
                        Activation.IDENTITY,
                        body -> body.dense(9, Activation.TANH).batchNorm(Activation.SIGMOID))
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, EXAMPLES, rows);
        compare(network, step, EXAMPLES, rows, 4 * TOLERANCE);
      }
    }
  }

  /** Normalized features have deviation 1, as above. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithLayerNormalization(Device device) {
    Dataset images = Examples.noise(13, 3 * 2 * 5, 4);
    try (Network network =
            offZero(
                Network.builder(new ImageShape(3, 2, 5))
                    .layerNorm()
                    .convolution(6, Window.of(2, 2), Activation.TANH)
                    .layerNorm()
                    .residual(
                        Activation.IDENTITY, body -> body.layerNorm().dense(12, Activation.TANH))
                    .layerNorm()
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, images, rows);
        compare(network, step, images, rows, 4 * TOLERANCE);
      }
    }
  }

  /** A vocabulary for each column, or one for all; ids that occur often, once and never. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithEmbeddings(Device device) {
    Dataset ids = Examples.ids(13, 4, 3, 9, 2);
    for (List<Integer> vocabularies : List.of(List.of(3, 9, 2), List.of(11))) {
      try (Network network =
              offZero(
                  Network.builder(3)
                      .embedding(vocabularies, 5)
                      .layerNorm()
                      .dense(8, Activation.TANH)
                      .classes(4)
                      .seed(11)
                      .build(device));
          TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
        for (int rows : new int[] {13, 6}) {
          compute(step, ids, rows);
          compare(network, step, ids, rows, 4 * TOLERANCE);
        }
      }
    }
  }

  /** A sum here is of at most 13 x 49 x 5 products: a factor of 4 beside the dense layers'. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithConvolutions(Device device) {
    Dataset images = Examples.noise(13, 7 * 6 * 2, 4);
    Window three = Window.of(3, 3);
    try (Network network =
            offZero(
                Network.builder(new ImageShape(7, 6, 2))
                    .convolution(5, three.padding(1, 1), Activation.TANH)
                    .pool(PoolFunction.MAX, Window.of(2, 2).stride(2, 1))
                    .residual(
                        Activation.IDENTITY,
                        body ->
                            body.convolution(5, three.padding(1, 1), Activation.IDENTITY)
                                .batchNorm(Activation.SIGMOID))
                    .convolution(4, Window.of(2, 3).stride(1, 2), Activation.GELU)
                    .globalAverage()
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, images, rows);
        compare(network, step, images, rows, 4 * TOLERANCE);
      }
    }
  }

  /** Of one channel each, of two with three filters, and with a stride. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithGroups(Device device) {
    Dataset images = Examples.noise(11, 7 * 6 * 4, 4);
    Window three = Window.of(3, 3);
    try (Network network =
            offZero(
                Network.builder(new ImageShape(7, 6, 4))
                    .convolution(4, three.padding(1, 1), 4, Activation.TANH)
                    .convolution(6, three.padding(1, 1).stride(2, 1), 2, Activation.GELU)
                    .convolution(9, Window.of(1, 1), 3, Activation.SIGMOID)
                    .classes(4)
                    .seed(11)
                    .build(device));
        TrainingStep step = new TrainingStep(network, 11, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {11, 6}) {
        compute(step, images, rows);
        compare(network, step, images, rows, 4 * TOLERANCE);
      }
    }
  }

  /** The last state of one layer on top of the states of another; steps and units are odd. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithLstms(Device device) {
    sequences(device, layers -> layers.lstmSequence(7).lstm(5));
  }

  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithGrus(Device device) {
    sequences(device, layers -> layers.gruSequence(7).gru(5));
  }

  /** All states go on to other layers, and one step is a sequence too. */
  @ParameterizedTest
  @MethodSource("io.talus.train.TrainDevices#all")
  void isTheSlopeOfTheLossWithStatesThatAllGoOut(Device device) {
    sequences(
        device,
        layers ->
            layers
                .residual(Activation.IDENTITY, body -> body.gruSequence(4).lstmSequence(3))
                .lstmSequence(5)
                .layerNorm()
                .dense(6, Activation.TANH));
    Dataset single = Examples.noise(13, 4, 4);
    try (Network network =
            offZero(
                Network.builder(1, 4).gruSequence(5).lstm(3).classes(4).seed(11).build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      compute(step, single, 13);
      compare(network, step, single, 13, TOLERANCE);
    }
  }

  /** Five steps of three features. */
  private static void sequences(Device device, UnaryOperator<NetworkBuilder> layers) {
    Dataset examples = Examples.noise(13, 5 * 3, 4);
    try (Network network =
            offZero(layers.apply(Network.builder(5, 3)).classes(4).seed(11).build(device));
        TrainingStep step = new TrainingStep(network, 13, Optimizer.sgd(), 0)) {
      for (int rows : new int[] {13, 6}) {
        compute(step, examples, rows);
        compare(network, step, examples, rows, TOLERANCE);
      }
    }
  }

  private static Network network(Device device, Activation activation) {
    return offZero(
        Network.builder(5)
            .dense(20, activation)
            .dense(17, activation)
            .classes(4)
            .seed(11)
            .build(device));
  }

  /** Biases off 0, so that each layer's is seen. */
  private static Network offZero(Network network) {
    for (int layer = 0; layer < network.layers().size(); layer++) {
      List<Parameter> parameters = network.layers().get(layer).parameters();
      for (int parameter = 0; parameter < parameters.size(); parameter++) {
        Initializer initializer = parameters.get(parameter).initializer();
        if (initializer == Initializer.ZERO || initializer == Initializer.FORGET_ONE) {
          float[] bias = network.parameter(layer, parameter).toArray();
          for (int i = 0; i < bias.length; i++) {
            bias[i] = 0.3f - 0.05f * i;
          }
          network.parameter(layer, parameter).copyFrom(bias);
        }
      }
    }
    return network;
  }

  private static void compute(TrainingStep step, Dataset examples, int rows) {
    Dataset part = examples.range(0, rows);
    step.inputs().rows(0, rows).copyFrom(part.features());
    step.targets().rows(0, rows).copyFrom(part.labels());
    step.computeGradients(rows);
  }

  private static void compare(
      Network network, TrainingStep step, Dataset examples, int rows, double tolerance) {
    DoubleNetwork exact = new DoubleNetwork(network, rows);
    assertEquals(exact.loss(examples, rows), step.loss(), 1e-5);
    for (int layer = 0; layer < network.layers().size(); layer++) {
      for (int parameter = 0; parameter < exact.parameters.get(layer).length; parameter++) {
        if (!network.layers().get(layer).parameters().get(parameter).trained()) {
          continue;
        }
        double[] values = exact.parameters.get(layer)[parameter];
        float[] gradient = step.gradient(layer, parameter).toArray();
        for (int i = 0; i < values.length; i++) {
          double value = values[i];
          values[i] = value + STEP;
          double above = exact.loss(examples, rows);
          values[i] = value - STEP;
          double below = exact.loss(examples, rows);
          values[i] = value;
          String where = "layer " + layer + ", parameter " + parameter + ", element " + i;
          assertEquals((above - below) / (2 * STEP), gradient[i], tolerance, where);
        }
      }
    }
  }
}
