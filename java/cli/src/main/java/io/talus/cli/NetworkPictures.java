package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.op.Window;
import io.talus.tensor.Shape;
import io.talus.train.ConvolutionLayer;
import io.talus.train.Dense;
import io.talus.train.Layer;
import io.talus.train.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What can be seen of a network of images: what its first layer looks for, what layers make. */
final class NetworkPictures {
  private static final int FILTERS_SHOWN = 32;
  private static final int MAPS_SHOWN = 16;
  private static final int LAYERS_SHOWN = 12;

  private final Network network;

  NetworkPictures(Network network) {
    this.network = network;
  }

  /**
   * The weights of the first layer that has some: a convolution's windows, or, of a dense layer,
   * what each unit makes of a whole image. Empty where they are no images.
   *
   * @param image what an example is
   */
  List<Map<String, Object>> filters(ImageShape image) {
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      if (layer instanceof ConvolutionLayer convolution) {
        int channels = (int) convolution.channelsOfGroup();
        Window window = convolution.window();
        ImageShape patch = new ImageShape((int) window.height(), (int) window.width(), channels);
        return List.of(filters(i, "window", patch, convolution.filters()));
      }
      if (layer instanceof Dense dense) {
        return dense.inputs() == image.size()
            ? List.of(filters(i, "unit", image, dense.outputs()))
            : List.of();
      }
    }
    return List.of();
  }

  /** Weights lie with those of one place side by side, one for each filter. */
  private Map<String, Object> filters(int layer, String kind, ImageShape shape, int count) {
    float[] weights = network.parameter(layer, 0).toArray();
    List<Map<String, Object>> pictures = new ArrayList<>();
    for (int filter = 0; filter < Math.min(FILTERS_SHOWN, count); filter++) {
      pictures.add(Pictures.signed(each(weights, filter, count), shape, kind + " " + filter));
    }
    String note =
        (shape.channels() == 3
                ? "Grey is no weight, each colour brighter where its weight is above 0."
                : "Blue counts for it, red against it.")
            + " Each by its own largest weight"
            + of(pictures.size(), count);
    return Gallery.of("filters", "What the first layer looks for", note, pictures);
  }

  /**
   * What layers make of an image, as far as that are images again.
   *
   * @param examples normalized images
   */
  List<Map<String, Object>> featureMaps(Dataset examples, int row, String name) {
    float[] pixels = new float[examples.inputs()];
    examples.read(row, pixels, 0);
    List<Map<String, Object>> galleries = new ArrayList<>();
    for (int i = 0; i < network.layers().size() && galleries.size() < LAYERS_SHOWN; i++) {
      Layer layer = network.layers().get(i);
      if (isOfImages(layer.output())) {
        galleries.add(featureMaps(i, layer, network.features(i, pixels)));
      }
    }
    if (!galleries.isEmpty()) {
      galleries.add(
          0,
          Gallery.of(
              "maps",
              "What layers make of an image",
              "Feature maps of this one; each from its smallest value to its largest.",
              List.of(Pictures.example(examples, row, network, name))));
    }
    return galleries;
  }

  private static boolean isOfImages(Shape shape) {
    return shape.rank() == 3 && shape.length(0) * shape.length(1) > 1;
  }

  private static Map<String, Object> featureMaps(int number, Layer layer, float[] values) {
    Shape shape = layer.output();
    int channels = (int) shape.columns();
    ImageShape map = new ImageShape((int) shape.length(0), (int) shape.length(1), 1);
    List<Map<String, Object>> pictures = new ArrayList<>();
    for (int channel = 0; channel < Math.min(MAPS_SHOWN, channels); channel++) {
      pictures.add(Pictures.stretched(each(values, channel, channels), map, "" + channel));
    }
    String note = "Layer " + number + ", " + layer.describe() + of(pictures.size(), channels);
    return Gallery.of("maps-" + number, "", note, pictures);
  }

  /** Of values that lie side by side in groups, one of each group. */
  private static float[] each(float[] values, int which, int groupSize) {
    float[] found = new float[values.length / groupSize];
    for (int i = 0; i < found.length; i++) {
      found[i] = values[i * groupSize + which];
    }
    return found;
  }

  private static String of(int shown, int all) {
    return shown < all ? "; the first " + shown + " of " + all + "." : ".";
  }
}
