package io.talus.cli;

import io.talus.op.Activation;
import io.talus.op.PoolFunction;
import io.talus.op.Window;
import io.talus.train.NetworkBuilder;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Layers as text, as in {@code conv 5x5 32, relu, pool 2, dense 512, relu, dropout 0.5, dense}.
 *
 * <pre>
 * conv HxW FILTERS [stride N] [pad N]     convolution
 *                  [groups N]
 * pool HxW [stride N], average HxW ...    the largest, the average of each window; apart unless said
 * global-average                          the average of each channel
 * dense UNITS                             fully connected; the last one is without a number
 * lstm UNITS [all], gru UNITS [all]       over the steps of sequences, or the rows of images; the last
 *                                         state, or all of them, for another one
 * batchnorm, layernorm, dropout RATE
 * residual (LAYERS) [shortcut (LAYERS)]   LAYERS, and a way around them
 * relu, gelu, tanh, sigmoid               behind conv, dense, batchnorm or residual
 * </pre>
 */
final class LayersText {
  private static final String OPTION = "--layers";
  private static final String UNITS = "the number of units";
  private static final String ALL = "all";
  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "relu", Activation.RELU,
          "gelu", Activation.GELU,
          "tanh", Activation.TANH,
          "sigmoid", Activation.SIGMOID);
  private static final Set<String> ACTIVATED = Set.of("conv", "dense", "batchnorm", "residual");

  private LayersText() {}

  /**
   * Adds the layers of a text, the last of which has an output for each class.
   *
   * @param dropout before the last layer; 0 for none
   * @throws OptionText.WrongText showing where the text is wrong, or does not fit what comes in
   */
  static NetworkBuilder add(String text, NetworkBuilder layers, int classes, float dropout) {
    List<OptionText.Item> items = OptionText.items(OPTION, text);
    OptionText.Item last = items.get(items.size() - 1);
    if (!last.name().equals("dense") || last.hasNext()) {
      throw last.wrong("the last layer must be 'dense' without a number: an output a class");
    }
    addAll(layers, items.subList(0, items.size() - 1));
    if (dropout != 0) {
      layers.dropout(dropout);
    }
    return layers.classes(classes);
  }

  private static NetworkBuilder addAll(NetworkBuilder layers, List<OptionText.Item> items) {
    for (int i = 0; i < items.size(); i++) {
      OptionText.Item item = items.get(i);
      Activation activation = Activation.IDENTITY;
      boolean isActivated =
          ACTIVATED.contains(item.name())
              && i + 1 < items.size()
              && ACTIVATIONS.containsKey(items.get(i + 1).name());
      if (isActivated) {
        items.get(i + 1).requireEnd();
        activation = ACTIVATIONS.get(items.get(i + 1).name());
        i++;
      }
      try {
        add(layers, item, activation);
      } catch (OptionText.WrongText told) {
        throw told;
      } catch (IllegalArgumentException doesNotFit) {
        throw item.wrong(doesNotFit.getMessage());
      }
      item.requireEnd();
    }
    return layers;
  }

  private static void add(NetworkBuilder layers, OptionText.Item item, Activation activation) {
    switch (item.name()) {
      case "conv" -> convolution(layers, item, activation);
      case "pool" -> layers.pool(PoolFunction.MAX, poolWindow(item));
      case "average" -> layers.pool(PoolFunction.AVERAGE, poolWindow(item));
      case "global-average" -> layers.globalAverage();
      case "dense" -> layers.dense(item.integer("the number of outputs"), activation);
      case "lstm" -> lstm(layers, item);
      case "gru" -> gru(layers, item);
      case "batchnorm" -> layers.batchNorm(activation);
      case "layernorm" -> layers.layerNorm();
      case "dropout" -> layers.dropout(item.number("the share that is dropped"));
      case "residual" -> residual(layers, item, activation);
      default -> throw item.wrong(unknown(item.name()));
    }
  }

  private static String unknown(String name) {
    return ACTIVATIONS.containsKey(name)
        ? "'" + name + "' stands behind conv, dense, batchnorm or residual only"
        : "there is no layer '"
            + name
            + "'; there are conv, pool, average, global-average, dense, lstm, gru, batchnorm,"
            + " layernorm, dropout, residual, relu, gelu, tanh and sigmoid";
  }

  private static void convolution(
      NetworkBuilder layers, OptionText.Item item, Activation activation) {
    int[] size = item.size("the size of the window");
    int filters = item.integer("the number of filters");
    Window window = Window.of(size[0], size[1]);
    int groups = 1;
    while (item.hasNext()) {
      if (item.take("stride")) {
        int stride = item.integer("the stride");
        window = window.stride(stride, stride);
      } else if (item.take("pad")) {
        int[] padding = item.size("the padding");
        window = window.padding(padding[0], padding[1]);
      } else if (item.take("groups")) {
        groups = item.integer("the number of groups");
      } else {
        item.requireEnd();
      }
    }
    layers.convolution(filters, window, groups, activation);
  }

  private static void lstm(NetworkBuilder layers, OptionText.Item item) {
    int units = item.integer(UNITS);
    if (item.take(ALL)) {
      layers.lstmSequence(units);
    } else {
      layers.lstm(units);
    }
  }

  private static void gru(NetworkBuilder layers, OptionText.Item item) {
    int units = item.integer(UNITS);
    if (item.take(ALL)) {
      layers.gruSequence(units);
    } else {
      layers.gru(units);
    }
  }

  private static Window poolWindow(OptionText.Item item) {
    int[] size = item.size("the size of the window");
    Window window = Window.of(size[0], size[1]).stride(size[0], size[1]);
    if (item.take("stride")) {
      int stride = item.integer("the stride");
      return window.stride(stride, stride);
    }
    return window;
  }

  private static void residual(NetworkBuilder layers, OptionText.Item item, Activation activation) {
    List<OptionText.Item> body = item.list("the list of layers");
    if (item.take("shortcut")) {
      List<OptionText.Item> shortcut = item.list("the shortcut's list of layers");
      layers.residual(activation, inner -> addAll(inner, body), inner -> addAll(inner, shortcut));
    } else {
      layers.residual(activation, inner -> addAll(inner, body));
    }
  }
}
