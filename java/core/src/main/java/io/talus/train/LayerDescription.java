package io.talus.train;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Layers as JSON, as in {@code {"version":1,"layers":[{"kind":"dense","inputs":64,"outputs":10,
 * "activation":"identity"}]}}.
 */
final class LayerDescription {
  private static final int VERSION = 1;

  private LayerDescription() {}

  static String toJson(List<Layer> layers) throws IOException {
    Map<String, Object> network = new LinkedHashMap<>();
    network.put("version", VERSION);
    network.put("layers", list(layers));
    return JSON.std.asString(network);
  }

  /** One object for each layer. */
  static List<Map<String, Object>> list(List<Layer> layers) {
    List<Map<String, Object>> described = new ArrayList<>();
    for (Layer layer : layers) {
      LayerKind<Layer> kind = LayerKind.of(layer);
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("kind", kind.name());
      kind.write(layer, fields);
      described.add(fields);
    }
    return described;
  }

  /**
   * @throws IllegalArgumentException when it is JSON but describes no network
   * @throws IOException when it is not JSON
   */
  static List<Layer> fromJson(String json) throws IOException {
    Map<String, Object> network = JSON.std.mapFrom(json);
    if (!(network.get("version") instanceof Integer version) || version != VERSION) {
      throw new IllegalArgumentException(
          "version " + network.get("version") + "; expected " + VERSION);
    }
    if (!(network.get("layers") instanceof List<?> described) || described.isEmpty()) {
      throw new IllegalArgumentException("no layers");
    }
    return layers(described);
  }

  /**
   * The layers that {@link #list} described, each of which must take what the one before it gives.
   */
  static List<Layer> layers(List<?> described) {
    List<Layer> layers = new ArrayList<>();
    for (Object entry : described) {
      Layer layer = layer(entry);
      if (!layers.isEmpty() && layers.get(layers.size() - 1).outputs() != layer.inputs()) {
        throw new IllegalArgumentException(
            "layer " + layers.size() + " does not take what the layer before it gives");
      }
      if (!layers.isEmpty()) {
        LayerKind.requireInside(layer);
      }
      layers.add(layer);
    }
    return layers;
  }

  private static Layer layer(Object entry) {
    if (!(entry instanceof Map<?, ?> values)) {
      throw new IllegalArgumentException("a layer is " + entry + ", not an object with a kind");
    }
    LayerFields fields = new LayerFields(values);
    return LayerKind.named(fields.kind()).read(fields);
  }
}
