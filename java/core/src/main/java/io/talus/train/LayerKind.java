package io.talus.train;

import io.talus.tensor.TensorFactory;
import java.util.List;
import java.util.Map;

/** How layers of one kind are written down and how they run. One object for each kind. */
abstract class LayerKind<L extends Layer> {
  private final String name;
  private final Class<L> type;

  /**
   * @param name in a network's file
   */
  LayerKind(String name, Class<L> type) {
    this.name = name;
    this.type = type;
  }

  /** All kinds. A new one is its record, its kind, and a line here. */
  private static final class All {
    static final List<LayerKind<?>> KINDS =
        List.of(
            new BatchNormKind(),
            new ConvolutionKind(),
            new DenseKind(),
            new DropoutKind(),
            new EmbeddingKind(),
            new GruKind(),
            new LayerNormKind(),
            new LstmKind(),
            new PoolKind(),
            new ResidualKind());
  }

  @SuppressWarnings("unchecked")
  static LayerKind<Layer> of(Layer layer) {
    for (LayerKind<?> kind : All.KINDS) {
      if (kind.type.isInstance(layer)) {
        return (LayerKind<Layer>) kind;
      }
    }
    throw new IllegalStateException("no kind of layer for " + layer);
  }

  /**
   * @throws IllegalArgumentException when there is no such kind
   */
  static LayerKind<?> named(Object name) {
    for (LayerKind<?> kind : All.KINDS) {
      if (kind.name.equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "kind " + name + "; known are " + All.KINDS.stream().map(LayerKind::name).toList());
  }

  final String name() {
    return name;
  }

  /** Puts what describes the layer: strings, numbers, lists. */
  abstract void write(L layer, Map<String, Object> fields);

  /**
   * The layer that {@link #write} described.
   *
   * @throws IllegalArgumentException naming what is missing or wrong
   */
  abstract L read(LayerFields fields);

  /** What a layer works in besides x and y, for up to {@code rows} rows. */
  LayerMemory memory(L layer, int rows, boolean training, TensorFactory memory) {
    return LayerMemory.NONE;
  }

  abstract LayerForward forward(L layer, LayerArrays arrays);

  abstract LayerBackward backward(L layer, LayerArrays arrays);

  /** Whether y is x at inference, where {@link #forward} is not asked for then. */
  boolean passesAtInference() {
    return false;
  }

  /** Whether its input is ids: then it is the first of the network's layers. */
  boolean takesIds() {
    return false;
  }

  /**
   * @throws IllegalArgumentException when the layer cannot come after another, or be part of one
   */
  static void requireInside(Layer layer) {
    if (of(layer).takesIds()) {
      throw new IllegalArgumentException(
          layer.describe()
              + ": it takes ids, which have no gradient, so it must be the network's first layer");
    }
  }

  /**
   * Whether {@link LayerBackward#foldUpdate} does what it should, or there is nothing regularized.
   */
  boolean foldsUpdates(L layer) {
    return true;
  }

  /** Whether the update of a layer's regularized parameters can be folded, and it has any. */
  static boolean folds(Layer layer) {
    return of(layer).foldsUpdates(layer)
        && layer.parameters().stream().anyMatch(Parameter::regularized);
  }
}
