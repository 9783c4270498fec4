package io.talus.train;

import com.fasterxml.jackson.jr.ob.JSON;
import io.talus.file.ArrayType;
import io.talus.file.Safetensors;
import io.talus.file.SafetensorsReader;
import io.talus.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A training on disk: its network's file, and in it besides, under {@code
 * training.ARRAY.layers.N.NAME}, the arrays that go from step to step, and as JSON under {@code
 * talus.training} all the rest: epoch, batch and step, which random numbers are drawn by, the seed,
 * and the history.
 */
final class Checkpoint {
  /** How the names of what is no parameter begin. */
  static final String PREFIX = "training.";

  private static final String TRAINING = "talus.training";

  private final Network network;
  private final Map<String, Tensor> arrays;
  private final Map<String, String> settings;

  /**
   * @param arrays laid out like the network's parameters, by their names
   * @param settings that must be the same when the training goes on, by their names
   */
  Checkpoint(Network network, Map<String, Tensor> arrays, Map<String, String> settings) {
    this.network = network;
    this.arrays = arrays;
    this.settings = new LinkedHashMap<>(settings);
    this.settings.put("arrays kept from step to step", arrays.keySet().toString());
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors =
        new LinkedHashMap<>(NetworkFile.tensors(network, "", network.values()));
    arrays.forEach(
        (name, array) -> tensors.putAll(NetworkFile.tensors(network, PREFIX + name + ".", array)));
    return tensors;
  }

  /** Writes the file, which appears whole or not at all. */
  void write(Path file, TrainingState state) throws IOException {
    Map<String, Object> description = state.toMap();
    description.put("settings", settings);
    Map<String, String> metadata = new LinkedHashMap<>(NetworkFile.metadata(network));
    metadata.put(TRAINING, JSON.std.asString(description));
    Safetensors.write(file, metadata, NetworkFile.stored(tensors()));
  }

  /**
   * Puts what a file holds into the network and the arrays, once all of it was found good.
   *
   * @throws io.talus.data.MalformedFileException when the file is not whole, or of another training
   */
  TrainingState read(Path file) throws IOException {
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      requireSameLayers(reader);
      TrainingState state = state(reader);
      Map<String, Tensor> tensors = tensors();
      Map<String, ArrayType> types = new LinkedHashMap<>();
      tensors.forEach(
          (name, tensor) -> types.put(name, new ArrayType(ArrayType.Elements.F32, tensor.shape())));
      reader.require(types, null);
      NetworkFile.read(reader, tensors);
      return state;
    }
  }

  private void requireSameLayers(SafetensorsReader reader) throws IOException {
    String there = LayerDescription.toJson(NetworkFile.layers(reader));
    String here = LayerDescription.toJson(network.layers());
    if (!there.equals(here)) {
      throw reader.wrong("is a checkpoint of another network: " + there + "; this one is " + here);
    }
  }

  private TrainingState state(SafetensorsReader reader) throws IOException {
    String description = reader.metadata(TRAINING);
    if (description == null) {
      throw reader.wrong("is a network without the state of its training: no checkpoint");
    }
    Map<String, Object> values;
    TrainingState state;
    try {
      values = JSON.std.mapFrom(description);
      state = TrainingState.of(new LayerFields("the training", values));
    } catch (IOException | IllegalArgumentException wrong) {
      throw reader.wrong("describes no training that can go on: " + wrong.getMessage());
    }
    requireSame(reader, "a checkpoint", settings, values.get("settings"));
    return state;
  }

  /**
   * Holds what a file says of its training against the one at hand.
   *
   * @param what the file is, for the message
   * @param settings of the one at hand, by their names
   * @param found in the file
   */
  static void requireSame(
      SafetensorsReader reader, String what, Map<String, String> settings, Object found)
      throws IOException {
    Map<?, ?> there = found instanceof Map<?, ?> map ? map : Map.of();
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      Object value = there.get(setting.getKey());
      if (!setting.getValue().equals(value)) {
        throw reader.wrong(
            "is "
                + what
                + " of another training: "
                + setting.getKey()
                + " is "
                + value
                + " there, "
                + setting.getValue()
                + " here");
      }
    }
  }
}
