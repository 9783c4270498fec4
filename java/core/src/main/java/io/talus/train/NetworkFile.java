package io.talus.train;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.Device;
import io.talus.data.Normalization;
import io.talus.file.ArrayType;
import io.talus.file.Safetensors;
import io.talus.file.SafetensorsReader;
import io.talus.file.StoredArray;
import io.talus.op.Precision;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Networks on disk: one safetensors file with the parameters under {@code layers.N.NAME} and, as
 * JSON in its metadata, the layers under {@code talus.network} and the normalization, where there
 * is one, under {@code talus.normalization}.
 */
final class NetworkFile {
  private static final String NETWORK = "talus.network";
  private static final String NORMALIZATION = "talus.normalization";

  private NetworkFile() {}

  static void save(Path file, Network network) throws IOException {
    Safetensors.write(file, metadata(network), stored(tensors(network, "", network.values())));
  }

  /** What describes a network. */
  static Map<String, String> metadata(Network network) throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(NETWORK, LayerDescription.toJson(network.layers()));
    if (network.normalization().isPresent()) {
      metadata.put(NORMALIZATION, toJson(network.normalization().get()));
    }
    return metadata;
  }

  /** The parts of an array that is laid out like the network's parameters, by their names. */
  static Map<String, Tensor> tensors(Network network, String prefix, Tensor flat) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int layer = 0; layer < network.layers().size(); layer++) {
      List<Parameter> parameters = network.layers().get(layer).parameters();
      for (int i = 0; i < parameters.size(); i++) {
        tensors.put(prefix + name(layer, parameters.get(i)), network.layout().view(flat, layer, i));
      }
    }
    return tensors;
  }

  static Network load(Path file, Device device, Precision precision) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      List<Layer> layers = layers(reader);
      Normalization normalization = normalization(reader, layers);
      reader.require(types(layers), Checkpoint.PREFIX);
      Network network = new Network(device, layers, precision, normalization);
      try {
        read(reader, tensors(network, "", network.values()));
        return network;
      } catch (IOException | RuntimeException failed) {
        network.close();
        throw failed;
      }
    }
  }

  static void read(SafetensorsReader reader, Map<String, Tensor> tensors) throws IOException {
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      reader.read(entry.getKey(), StoredArray.of(entry.getValue()));
    }
  }

  static Map<String, StoredArray> stored(Map<String, Tensor> tensors) {
    Map<String, StoredArray> stored = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> stored.put(name, StoredArray.of(tensor)));
    return stored;
  }

  /** The layers that a file describes. */
  static List<Layer> layers(SafetensorsReader reader) throws IOException {
    String description = reader.metadata(NETWORK);
    if (description == null) {
      throw reader.wrong(
          "has no '" + NETWORK + "' in its metadata: it is no network saved by Talus");
    }
    try {
      return LayerDescription.fromJson(description);
    } catch (IOException | IllegalArgumentException wrong) {
      throw reader.wrong("describes no network that can be made: " + wrong.getMessage());
    }
  }

  private static Normalization normalization(SafetensorsReader reader, List<Layer> layers)
      throws IOException {
    String description = reader.metadata(NORMALIZATION);
    if (description == null) {
      return null;
    }
    try {
      LayerFields fields = new LayerFields("the normalization", JSON.std.mapFrom(description));
      if (fields.integer("inputs") != layers.get(0).inputs()) {
        throw new IllegalArgumentException("its inputs are not those of the network");
      }
      return Normalization.of(
          fields.integer("inputs"), fields.floats("means"), fields.floats("deviations"));
    } catch (IOException | IllegalArgumentException wrong) {
      throw reader.wrong("describes no normalization that can be made: " + wrong.getMessage());
    }
  }

  private static String toJson(Normalization normalization) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("inputs", normalization.inputs());
    fields.put("means", exact(normalization.means()));
    fields.put("deviations", exact(normalization.deviations()));
    return JSON.std.asString(fields);
  }

  /** As doubles, which are read as what they were written. */
  private static double[] exact(float[] values) {
    double[] exact = new double[values.length];
    for (int i = 0; i < exact.length; i++) {
      exact[i] = values[i];
    }
    return exact;
  }

  private static Map<String, ArrayType> types(List<Layer> layers) {
    Map<String, ArrayType> types = new LinkedHashMap<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Parameter parameter : layers.get(layer).parameters()) {
        types.put(name(layer, parameter), new ArrayType(ArrayType.Elements.F32, parameter.shape()));
      }
    }
    return types;
  }

  private static String name(int layer, Parameter parameter) {
    return "layers." + layer + "." + parameter.name();
  }
}
