package io.talus.train;

import java.util.ArrayList;
import java.util.List;

/**
 * The way from a network's input to one of its layers: those that run one after another, the last
 * of which is the one looked for, and which of the network's parameters are theirs.
 *
 * <p>A layer is named as its parameters are on disk: {@code 3} is the network's fourth, {@code
 * 3.body.0} the first within the body of that residual block, {@code 3.shortcut.0} within its
 * shortcut.
 */
final class LayerPath {
  private final List<Layer> layers = new ArrayList<>();
  private final List<Integer> parameters = new ArrayList<>();
  private int nextParameter;

  private LayerPath() {}

  /**
   * @throws IllegalArgumentException when there is no such layer
   */
  static LayerPath to(String name, List<Layer> network) {
    LayerPath path = new LayerPath();
    String[] parts = name.split("\\.", -1);
    List<Layer> chain = network;
    for (int at = 0; ; at += 2) {
      int index = index(name, parts[at], chain.size());
      chain.subList(0, index).forEach(path::add);
      Layer layer = chain.get(index);
      if (at == parts.length - 1) {
        path.add(layer);
        return path;
      }
      chain = at + 2 < parts.length ? path.inner(layer, parts[at + 1]) : List.of();
      if (chain.isEmpty()) {
        throw noLayer(
            name,
            "layer "
                + parts[at]
                + (layer instanceof Residual
                    ? " is a residual block without such a part"
                    : " is no residual block"));
      }
    }
  }

  private void add(Layer layer) {
    layers.add(layer);
    for (int i = 0; i < layer.parameters().size(); i++) {
      parameters.add(nextParameter++);
    }
  }

  /** The layers of a part of a block; none where there is no such part. */
  private List<Layer> inner(Layer layer, String part) {
    if (layer instanceof Residual block && part.equals("body")) {
      return block.body();
    }
    if (layer instanceof Residual block && part.equals("shortcut")) {
      nextParameter += Chain.parameters(block.body()).size();
      return block.shortcut();
    }
    return List.of();
  }

  private static int index(String name, String text, int count) {
    try {
      int index = Integer.parseInt(text);
      if (index >= 0 && index < count) {
        return index;
      }
    } catch (NumberFormatException noNumber) {
      throw noLayer(name, "'" + text + "' is no number");
    }
    throw noLayer(name, "there are " + count + ", from 0");
  }

  private static IllegalArgumentException noLayer(String name, String why) {
    return new IllegalArgumentException(
        "features: there is no layer "
            + name
            + ": "
            + why
            + "; name one as in 2, or within a residual block as in 2.body.0 or 2.shortcut.0");
  }

  /** In the order in which they run. */
  List<Layer> layers() {
    return layers;
  }

  /** The numbers of their parameters among all of the network's. */
  List<Integer> parameters() {
    return parameters;
  }
}
