package io.talus.train;

import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;

/**
 * Tells where numbers stopped being finite, once the loss did. While training, each layer's output
 * stays where the way forward left it, so that nothing is computed anew.
 */
final class NotFinite {
  private final int rows;

  private NotFinite(int rows) {
    this.rows = rows;
  }

  /**
   * @param layer of the network, counted from 0
   * @param text what was found, for a message
   */
  record Place(int layer, String text) {}

  /**
   * The first layer whose output is not finite, of the step that was done last.
   *
   * @param rows of its batch
   */
  static Place firstOutput(Network network, TrainingBuffers buffers, int rows) {
    int last = network.layers().size() - 1;
    NotFinite search = new NotFinite(rows);
    for (int layer = 0; layer <= last; layer++) {
      Tensor out = layer == last ? buffers.logits() : buffers.layers().tensors().get(layer);
      String found =
          search.within(
              Integer.toString(layer),
              network.layers().get(layer),
              buffers.layers().layers().get(layer),
              out);
      if (found != null) {
        return new Place(layer, found);
      }
    }
    return new Place(
        last, "each layer gives finite numbers, the last one too large ones for the loss");
  }

  /** What is wrong with a layer's output, or within the layer; null where nothing is. */
  private String within(String name, Layer layer, LayerMemory memory, Tensor out) {
    if (layer instanceof Residual block) {
      String found =
          chain(
              name + ".body",
              block.body(),
              memory.layers().get(ResidualKind.BODY),
              memory.tensors().get(ResidualKind.BODY_OUTPUT));
      if (found == null && !block.shortcut().isEmpty()) {
        found =
            chain(
                name + ".shortcut",
                block.shortcut(),
                memory.layers().get(ResidualKind.SHORTCUT),
                memory.tensors().get(ResidualKind.SHORTCUT_OUTPUT));
      }
      if (found != null) {
        return found;
      }
    }
    int wrong = rowsNotFinite(out);
    return wrong == 0
        ? null
        : String.format(
            Locale.ROOT,
            "layer %s (%s) is the first to give what is not finite, in %d of %d rows",
            name,
            layer.describe(),
            wrong,
            rows);
  }

  private String chain(String name, List<Layer> layers, LayerMemory memory, Tensor out) {
    int last = layers.size() - 1;
    String found = null;
    for (int i = 0; i <= last && found == null; i++) {
      Tensor y = i == last ? out : memory.tensors().get(i);
      found = within(name + "." + i, layers.get(i), memory.layers().get(i), y);
    }
    return found;
  }

  private int rowsNotFinite(Tensor out) {
    FloatBuffer row = FloatBuffer.allocate((int) (out.size() / out.rows()));
    int wrong = 0;
    for (int i = 0; i < rows; i++) {
      out.rows(i, i + 1).copyTo(row);
      wrong += isFinite(row.array()) ? 0 : 1;
    }
    return wrong;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The last layer with a parameter that is not finite: there the way back, which goes from the
   * last layer to the first, met it first, unless the gradient was clipped.
   */
  static Place lastParameter(Network network) {
    for (int layer = network.layers().size() - 1; layer >= 0; layer--) {
      List<Parameter> parameters = network.layers().get(layer).parameters();
      for (int i = 0; i < parameters.size(); i++) {
        if (!isFinite(network.parameter(layer, i).toArray())) {
          return new Place(
              layer,
              String.format(
                  Locale.ROOT,
                  "the last layer with such is layer %d (%s), in its %s",
                  layer,
                  network.layers().get(layer).describe(),
                  parameters.get(i).name()));
        }
      }
    }
    return new Place(0, "only their sum is not");
  }
}
