package io.talus.train;

import io.talus.Device;
import io.talus.op.Precision;
import io.talus.tensor.Shape;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Networks on disk: one safetensors file with the parameters under {@code layers.N.NAME} and the
 * layers, as JSON, under {@code talus.network} in its metadata.
 */
final class NetworkFile {
  private static final String NETWORK = "talus.network";

  private NetworkFile() {}

  static void save(Path file, Network network) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < network.layers().size(); layer++) {
      List<Parameter> parameters = network.layers().get(layer).parameters();
      for (int i = 0; i < parameters.size(); i++) {
        tensors.put(name(layer, parameters.get(i)), network.parameter(layer, i));
      }
    }
    String description = LayerDescription.toJson(network.layers());
    Safetensors.write(file, Map.of(NETWORK, description), tensors);
  }

  static Network load(Path file, Device device, Precision precision) throws IOException {
    try (Safetensors.Reader reader = Safetensors.open(file)) {
      String description = reader.metadata(NETWORK);
      if (description == null) {
        throw reader.wrong(
            "has no '" + NETWORK + "' in its metadata: it is no network saved by Talus");
      }
      List<Layer> layers;
      try {
        layers = LayerDescription.fromJson(description);
      } catch (IOException | IllegalArgumentException wrong) {
        throw reader.wrong("describes no network that can be made: " + wrong.getMessage());
      }
      reader.require(shapes(layers));
      Network network = new Network(device, layers, precision);
      try {
        for (int layer = 0; layer < layers.size(); layer++) {
          List<Parameter> parameters = layers.get(layer).parameters();
          for (int i = 0; i < parameters.size(); i++) {
            reader.read(name(layer, parameters.get(i)), network.parameter(layer, i));
          }
        }
        return network;
      } catch (IOException | RuntimeException failed) {
        network.close();
        throw failed;
      }
    }
  }

  private static Map<String, Shape> shapes(List<Layer> layers) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Parameter parameter : layers.get(layer).parameters()) {
        shapes.put(name(layer, parameter), parameter.shape());
      }
    }
    return shapes;
  }

  private static String name(int layer, Parameter parameter) {
    return "layers." + layer + "." + parameter.name();
  }
}
