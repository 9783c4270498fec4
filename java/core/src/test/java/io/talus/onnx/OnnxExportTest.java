package io.talus.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.talus.Device;
import io.talus.Devices;
import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.train.Layer;
import io.talus.train.LayerNormLayer;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime, which checks a model when it opens it, makes of exported networks. */
@Tag("one-jdk")
class OnnxExportTest {
  private static final int SEED = 11;
  private static final int ROWS = 7;
  private static final int CLASSES = 3;
  private static final int FEATURES = 10;
  private static final ImageShape IMAGE = new ImageShape(7, 6, 4);

  private final Device java = Devices.require("java");
  @TempDir Path folder;

  private static Dataset noise(int inputs) {
    Random random = new Random(SEED);
    float[] features = new float[ROWS * inputs];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return Dataset.of(features, random.ints(ROWS, 0, CLASSES).toArray(), CLASSES);
  }

  /** Ends the network and trains it a little, so that no bias is 0 and no variance 1. */
  private static Network trained(NetworkBuilder layers, Device device) {
    Network network = layers.classes(CLASSES).seed(SEED).build(device);
    new TrainingLoop().epochs(3).batch(4).train(network, noise(network.inputs()));
    return network;
  }

  /**
   * Asserts that the model gives the network's logits. Sums of n terms round by sqrt(n) units of
   * the last place of what they add up (Higham and Mary, 2019), and layers pass on errors about as
   * large as they come; 16 is for luck and for layers that enlarge.
   */
  private void assertSame(Network network, Map<String, String> names, float[] features)
      throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    OnnxExport.of(network).write(file);
    int last = network.layers().size() - 1;
    double error = 0;
    for (int i = 0; i <= last; i++) {
      Layer layer = network.layers().get(i);
      double terms = layer.flops() / 2.0 / layer.outputs() + layer.inputs();
      error += Math.sqrt(terms) * largest(network.features(i, features));
    }
    float[] expected = network.features(last, features);
    float tolerance = (float) (16 * Math.ulp(1f) / 2 * error);
    try (OnnxModel model = new OnnxModel(file)) {
      assertEquals(names, model.names());
      assertArrayEquals(expected, model.run(features), tolerance, () -> network + ", seed " + SEED);
    }
  }

  private void assertSame(Network network) throws IOException, OrtException {
    int inputs = network.inputs();
    String shape =
        network.layers().get(0).input().rank() < 3 ? "[-1, " + inputs + "]" : "[-1, 7, 6, 4]";
    assertSame(
        network,
        Map.of("features", shape, "logits", "[-1, " + CLASSES + "]"),
        noise(inputs).features());
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource
  void everyActivation(Activation activation) throws IOException, OrtException {
    try (Network network = trained(Network.builder(FEATURES).dense(9, activation), java)) {
      assertSame(network);
    }
    try (Network network =
        trained(Network.builder(IMAGE).convolution(2, Window.of(3, 3), activation), java)) {
      assertSame(network);
    }
  }

  @Test
  void vectorsOfIds() throws IOException, OrtException {
    for (List<Integer> vocabularies : List.of(List.of(9, 4, 6), List.of(9))) {
      try (Network network =
          Network.builder(3)
              .embedding(vocabularies, 5)
              .dense(7, Activation.TANH)
              .classes(CLASSES)
              .seed(SEED)
              .build(java)) {
        assertSame(
            network,
            Map.of("features", "[-1, 3]", "logits", "[-1, " + CLASSES + "]"),
            new float[] {0, 0, 0, 8, 3, 5, 1, 2, 3});
      }
    }
  }

  private static Arguments of(String name, UnaryOperator<NetworkBuilder> layers) {
    return Arguments.of(name, layers);
  }

  private static Stream<Arguments> layersOfImages() {
    Window wide = Window.of(3, 2).padding(1, 0).stride(2, 1);
    Window padded = Window.of(3, 3).padding(1, 1);
    return Stream.of(
        of("dense", layers -> layers.dense(5, Activation.RELU)),
        of("convolution", layers -> layers.convolution(5, wide, Activation.RELU)),
        of("groups", layers -> layers.convolution(6, wide, 2, Activation.RELU)),
        of("depthwise", layers -> layers.convolution(8, padded, 4, Activation.TANH)),
        of("max", layers -> layers.pool(PoolFunction.MAX, wide)),
        of("average", layers -> layers.pool(PoolFunction.AVERAGE, wide)),
        of("global average", NetworkBuilder::globalAverage),
        of("batch norm", layers -> layers.batchNorm(Activation.RELU)),
        of("layer norm", NetworkBuilder::layerNorm),
        of("dropout", layers -> layers.dropout(0.5f)),
        of(
            "residual",
            layers ->
                layers.residual(
                    Activation.RELU, body -> body.convolution(4, padded, Activation.TANH))),
        of(
            "residual with shortcut",
            layers ->
                layers.residual(
                    Activation.IDENTITY,
                    body -> body.convolution(5, padded, Activation.IDENTITY).layerNorm(),
                    shortcut -> shortcut.convolution(5, Window.of(1, 1), Activation.IDENTITY))),
        of(
            "residual of two orders",
            layers ->
                layers
                    .residual(
                        Activation.TANH,
                        body -> body.convolution(4, padded, Activation.RELU),
                        shortcut -> shortcut.dense(7 * 6 * 4, Activation.IDENTITY))
                    .pool(PoolFunction.MAX, wide)),
        of(
            "residual in residual",
            layers ->
                layers.residual(
                    Activation.RELU,
                    body ->
                        body.residual(
                            Activation.RELU,
                            inner ->
                                inner
                                    .batchNorm(Activation.RELU)
                                    .convolution(4, padded, Activation.IDENTITY)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layersOfImages")
  void everyLayerOfImages(String name, UnaryOperator<NetworkBuilder> layers)
      throws IOException, OrtException {
    try (Network network = trained(layers.apply(Network.builder(IMAGE)), java)) {
      assertSame(network);
    }
  }

  private static Stream<Arguments> layersOfRows() {
    return Stream.of(
        of("none but the last", layers -> layers),
        of("batch norm", layers -> layers.batchNorm(Activation.SIGMOID)),
        of("layer norm", NetworkBuilder::layerNorm),
        of("dropout", layers -> layers.dropout(0.5f)),
        of(
            "residual",
            layers ->
                layers.residual(
                    Activation.RELU, body -> body.dense(FEATURES, Activation.GELU).dropout(0.2f))),
        of(
            "residual with shortcut",
            layers ->
                layers.residual(
                    Activation.RELU,
                    body -> body.dense(8, Activation.RELU).dense(6, Activation.IDENTITY),
                    shortcut -> shortcut.dense(6, Activation.IDENTITY))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layersOfRows")
  void everyLayerOfRows(String name, UnaryOperator<NetworkBuilder> layers)
      throws IOException, OrtException {
    try (Network network = trained(layers.apply(Network.builder(FEATURES)), java)) {
      assertSame(network);
    }
  }

  private static Stream<Arguments> layersOfSequences() {
    return Stream.of(
        of("lstm", layers -> layers.lstm(5)),
        of("gru", layers -> layers.gru(5)),
        of("states of lstm", layers -> layers.lstmSequence(5)),
        of("states of gru", layers -> layers.gruSequence(5)),
        of("stacked", layers -> layers.gruSequence(5).lstmSequence(4).gru(3)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layersOfSequences")
  void everyLayerOfSequences(String name, UnaryOperator<NetworkBuilder> layers)
      throws IOException, OrtException {
    try (Network network = trained(layers.apply(Network.builder(6, 3)), java)) {
      assertSame(network);
    }
    Window three = Window.of(3, 3);
    NetworkBuilder ofImages = Network.builder(IMAGE).pool(PoolFunction.MAX, three);
    try (Network network = trained(layers.apply(ofImages), java)) {
      assertSame(network);
    }
  }

  private static NetworkBuilder convolutional() {
    Window three = Window.of(3, 3).padding(1, 1);
    return Network.builder(IMAGE)
        .convolution(8, three, Activation.IDENTITY)
        .batchNorm(Activation.RELU)
        .residual(
            Activation.RELU,
            body -> body.convolution(8, three, Activation.IDENTITY).batchNorm(Activation.IDENTITY))
        .pool(PoolFunction.MAX, Window.of(2, 2).stride(2, 2))
        .dropout(0.1f)
        .dense(12, Activation.RELU);
  }

  @ParameterizedTest
  @MethodSource("io.talus.BackendsUnderTest#devices")
  void aWholeNetworkOfAnyDevice(Device device) throws IOException, OrtException {
    try (Network network = trained(convolutional(), device)) {
      assertSame(network);
    }
  }

  /** Raw images in ONNX's own order to probabilities: all that there is to ask for. */
  @Test
  void theModelNormalizesAndTakesChannelsFirst() throws IOException, OrtException {
    float[] means = {3, -2, 0.5f, 100};
    float[] deviations = {2, 0.1f, 5, 30};
    Normalization normalization = Normalization.of(IMAGE.size(), means, deviations);
    Path file = folder.resolve("model.onnx");
    float[] normalized = noise(IMAGE.size()).features();
    float[] raw = new float[normalized.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = normalized[i] * deviations[i % 4] + means[i % 4];
    }
    try (Network network = trained(convolutional().normalization(normalization), java)) {
      OnnxExport.of(network).withNormalization().withSoftmax().channelsFirst().write(file);
      try (OnnxModel model = new OnnxModel(file)) {
        assertEquals(
            Map.of("features", "[-1, 4, 7, 6]", "probabilities", "[-1, 3]"), model.names());
        float[] found = model.run(channelsFirst(raw));
        // A raw value is rounded to 100 / 30 units of a normalized one; probabilities are at most
        // 1.
        for (int row = 0; row < ROWS; row++) {
          assertArrayEquals(
              network.predict(normalized).probabilities(row),
              Arrays.copyOfRange(found, row * CLASSES, (row + 1) * CLASSES),
              1e-4f);
        }
      }
    }
  }

  private static float[] channelsFirst(float[] images) {
    float[] to = new float[images.length];
    int pixels = IMAGE.height() * IMAGE.width();
    int channels = IMAGE.channels();
    for (int i = 0; i < to.length; i++) {
      int image = i / IMAGE.size();
      int pixel = i % IMAGE.size() / channels;
      to[(image * channels + i % channels) * pixels + pixel] = images[i];
    }
    return to;
  }

  @Test
  void normalizationByFeature() throws IOException, OrtException {
    Dataset examples = noise(FEATURES);
    Normalization normalization = Normalization.byFeature(examples);
    Path file = folder.resolve("model.onnx");
    try (Network network = trained(Network.builder(FEATURES).normalization(normalization), java);
        OnnxModel model = exported(network, file)) {
      float[] raw = examples.features();
      float[] expected = network.features(0, normalization.apply(raw.clone()));
      assertArrayEquals(expected, model.run(raw), 16 * FEATURES * Math.ulp(1f));
    }
  }

  private static OnnxModel exported(Network network, Path file) throws IOException, OrtException {
    OnnxExport.of(network).withNormalization().write(file);
    return new OnnxModel(file);
  }

  @Test
  void saysWhatIsNotThere() {
    try (Network network = Network.builder(FEATURES).classes(CLASSES).build(java)) {
      OnnxExport export = OnnxExport.of(network);
      assertMessage("not images", export::channelsFirst);
      assertMessage("no normalization", export::withNormalization);
    }
  }

  @Test
  void namesTheLayerThatCannotBeExported() {
    Layer layer = new LayerNormLayer(Shape.of(5, 2));
    OnnxLayers layers = new OnnxLayers(new OnnxGraph(), Map.of());
    OnnxValue x = new OnnxValue("x", OnnxValue.Order.FLAT, Shape.of(FEATURES));
    assertMessage(
        "layers.0, layer norm, of 5x2, cannot be exported",
        () -> layers.chain(List.of(layer), "layers", x));
  }

  private static void assertMessage(String part, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void aFailedExportLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("model.onnx");
    Network network = Network.builder(FEATURES).classes(CLASSES).build(java);
    OnnxExport.of(network).write(file);
    byte[] before = Files.readAllBytes(file);
    network.close();
    assertThrows(IllegalStateException.class, () -> OnnxExport.of(network).write(file));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
