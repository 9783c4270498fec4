package io.talus.recommend;

import io.talus.Device;
import io.talus.data.Ratings;
import io.talus.file.ArrayType.Elements;
import io.talus.file.Fields;
import io.talus.file.StoredArray;
import io.talus.tensor.Shape;
import io.talus.train.Layer;
import io.talus.train.Network;
import io.talus.train.NetworkBuilder;
import io.talus.train.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@link NeuralRecommender}s on disk. */
final class NeuralFile {
  private static final String KIND = "neural filtering";

  private NeuralFile() {}

  static void save(Path file, NeuralRecommender model) throws IOException {
    NeuralFiltering from = model.settings();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("dimensions", from.dimensions());
    settings.put("hidden", from.hidden());
    settings.put("dropout", Double.toString(from.dropout()));
    settings.put("epochs", from.epochs());
    settings.put("batch", from.batch());
    settings.put("learningRate", Double.toString(from.learningRate()));
    settings.put("decay", Double.toString(from.decay()));
    settings.put("negatives", from.negatives());
    settings.put("seed", Long.toString(from.seed()));
    settings.put("steps", model.scale().length);
    Map<String, StoredArray> arrays = new LinkedHashMap<>();
    arrays.put("scale", StoredArray.of(model.scale(), model.scale().length));
    forEachParameter(
        model.network().layers(),
        (name, layer, parameter, shape) ->
            arrays.put(name, StoredArray.of(model.network().parameter(layer, parameter))));
    ModelFile.save(file, KIND, settings, model.ratings(), arrays);
  }

  static NeuralRecommender load(Path path, Device device) throws IOException {
    return ModelFile.load(
        path,
        KIND,
        file -> {
          Fields fields = file.settings();
          NeuralFiltering settings = settings(fields);
          NetworkBuilder layers =
              settings.layers(
                  fields.integer("users"), fields.integer("items"), fields.integer("steps"));
          file.expect("scale", Elements.F32, fields.integer("steps"));
          forEachParameter(
              layers.layers(),
              (name, layer, parameter, shape) -> file.expect(name, Elements.F32, shape.toArray()));
          Ratings ratings = file.ratings();
          float[] scale = file.floats("scale");
          Network network = layers.build(device);
          try {
            forEachParameter(
                network.layers(),
                (name, layer, parameter, shape) ->
                    network.parameter(layer, parameter).copyFrom(file.floats(name)));
          } catch (IOException | RuntimeException failed) {
            network.close();
            throw failed;
          }
          return new NeuralRecommender(settings, ratings, scale, network);
        });
  }

  private static NeuralFiltering settings(Fields fields) {
    List<Integer> hidden = new ArrayList<>();
    for (Object outputs : fields.list("hidden")) {
      hidden.add(outputs instanceof Integer number ? number : -1);
    }
    return new NeuralFiltering(
        fields.integer("dimensions"),
        hidden,
        fields.real("dropout"),
        fields.integer("epochs"),
        fields.integer("batch"),
        fields.real("learningRate"),
        fields.real("decay"),
        fields.integer("negatives"),
        Long.parseLong(fields.text("seed")));
  }

  /** Does something with a parameter of a layer. */
  private interface Action {
    void with(String name, int layer, int parameter, Shape shape) throws IOException;
  }

  private static void forEachParameter(List<Layer> layers, Action action) throws IOException {
    for (int layer = 0; layer < layers.size(); layer++) {
      List<Parameter> parameters = layers.get(layer).parameters();
      for (int i = 0; i < parameters.size(); i++) {
        String name = "layers." + layer + "." + parameters.get(i).name();
        action.with(name, layer, i, parameters.get(i).shape());
      }
    }
  }
}
