package io.talus.train;

import io.talus.Workspace;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;

/** What a layer gives for some rows, a block of them at a time. */
final class FeatureMaps {
  private FeatureMaps() {}

  static float[] of(Network network, String layer, float[] features) {
    LayerPath path = LayerPath.to(layer, network.layers());
    int inputs = network.inputs();
    if (features.length == 0 || features.length % inputs != 0) {
      throw new IllegalArgumentException(
          "features: " + features.length + " values do not make rows of " + inputs + " features");
    }
    EmbeddingLayer.requireIds(network, "features", 0, features, 0, features.length);
    List<Layer> layers = path.layers();
    int outputs = layers.get(layers.size() - 1).outputs();
    int rows = features.length / inputs;
    int most = Inference.blockRows(layers, rows);
    float[] found = new float[Math.multiplyExact(rows, outputs)];
    List<Tensor> all = network.layout().views(network.values());
    List<Tensor> parameters = path.parameters().stream().map(all::get).toList();
    try (Workspace memory = network.device().workspace()) {
      Tensor x = memory.tensor(most, inputs);
      Tensor y = memory.tensor(most, outputs);
      LayerMemory between = Chain.memory(layers, most, false, memory);
      for (int from = 0; from < rows; from += most) {
        int count = Math.min(most, rows - from);
        x.rows(0, count).copyFrom(FloatBuffer.wrap(features, from * inputs, count * inputs));
        LayerArrays arrays =
            new LayerArrays(
                parameters,
                x.rows(0, count),
                y.rows(0, count),
                between.rows(count),
                null,
                network.precision());
        new Chain(layers, arrays).forward(network.device());
        y.rows(0, count).copyTo(FloatBuffer.wrap(found, from * outputs, count * outputs));
      }
    }
    return found;
  }
}
