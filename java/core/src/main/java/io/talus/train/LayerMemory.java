package io.talus.train;

import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.List;

/**
 * What a layer works in besides its input and output, and what its way forward keeps there for its
 * way back.
 *
 * @param tensors with rows as their outermost axis
 * @param whole arrays that are the same for any number of rows
 * @param integers the same of whole numbers
 * @param layers the same of the layers that it consists of
 */
record LayerMemory(
    List<Tensor> tensors, List<Tensor> whole, List<IntTensor> integers, List<LayerMemory> layers) {
  static final LayerMemory NONE = of();

  static LayerMemory of(Tensor... tensors) {
    return new LayerMemory(List.of(tensors), List.of(), List.of(), List.of());
  }

  static LayerMemory whole(Tensor... arrays) {
    return new LayerMemory(List.of(), List.of(arrays), List.of(), List.of());
  }

  static LayerMemory integers(IntTensor... arrays) {
    return new LayerMemory(List.of(), List.of(), List.of(arrays), List.of());
  }

  /** Of layers, and what lies between them. */
  static LayerMemory of(List<Tensor> tensors, List<LayerMemory> layers) {
    return new LayerMemory(tensors, List.of(), List.of(), layers);
  }

  /** Null where there is no such array. */
  Tensor tensorOrNull(int index) {
    return index < tensors.size() ? tensors.get(index) : null;
  }

  /** The first rows of all. */
  LayerMemory rows(long rows) {
    return new LayerMemory(
        tensors.stream().map(tensor -> tensor.rows(0, rows)).toList(),
        whole,
        integers,
        layers.stream().map(layer -> layer.rows(rows)).toList());
  }
}
