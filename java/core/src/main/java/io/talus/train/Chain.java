package io.talus.train;

import io.talus.Device;
import io.talus.op.Copy;
import io.talus.op.PoolFunction;
import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers one after another for a fixed number of rows, planned. What lies between two of them is in
 * the chain's own memory: when training, each output and its gradient; at inference, two arrays by
 * turns.
 */
final class Chain {
  private final List<LayerForward> forward = new ArrayList<>();
  private final List<LayerBackward> backward = new ArrayList<>();
  private final List<LayerBackward> folding = new ArrayList<>();

  /** What a chain of these layers works in, for up to {@code rows} rows. */
  static LayerMemory memory(List<Layer> layers, int rows, boolean training, TensorFactory memory) {
    List<Layer> inner = layers.subList(0, layers.size() - 1);
    List<Tensor> between = new ArrayList<>();
    if (training) {
      for (int twice = 0; twice < 2; twice++) {
        inner.forEach(layer -> between.add(memory.tensor(rows, layer.outputs())));
      }
    } else {
      int widest = inner.stream().mapToInt(Layer::outputs).max().orElse(0);
      for (int i = 0; i < Math.min(2, inner.size()); i++) {
        between.add(memory.tensor(rows, widest));
      }
    }
    return LayerMemory.of(
        between,
        layers.stream()
            .map(layer -> LayerKind.of(layer).memory(layer, rows, training, memory))
            .toList());
  }

  /** The arrays that training changes in all layers, one after another. */
  static List<Parameter> parameters(List<Layer> layers) {
    return layers.stream().map(Layer::parameters).flatMap(List::stream).toList();
  }

  /**
   * @param arrays of the chain as a whole; its memory is of {@link #memory}
   */
  Chain(List<Layer> layers, LayerArrays arrays) {
    if (arrays.training() == null) {
      planInference(layers, arrays);
    } else {
      planTraining(layers, arrays);
    }
  }

  private void planTraining(List<Layer> layers, LayerArrays whole) {
    int last = layers.size() - 1;
    long rows = whole.x().shape().length(0);
    List<Tensor> between = whole.memory().tensors();
    int firstParameter = 0;
    LayerArrays before = null;
    for (int i = 0; i <= last; i++) {
      Layer layer = layers.get(i);
      int nextParameter = firstParameter + layer.parameters().size();
      Tensor dX = i == 0 ? whole.training().dX() : between.get(last + i - 1);
      LayerArrays arrays =
          new LayerArrays(
              whole.parameters().subList(firstParameter, nextParameter),
              LayerArrays.shaped(i == 0 ? whole.x() : between.get(i - 1), rows, layer.input()),
              LayerArrays.shaped(i == last ? whole.y() : between.get(i), rows, layer.output()),
              whole.memory().layers().get(i),
              new LayerArrays.Training(
                  whole.training().gradients().subList(firstParameter, nextParameter),
                  LayerArrays.shaped(
                      i == last ? whole.training().dY() : between.get(last + i),
                      rows,
                      layer.output()),
                  dX == null ? null : LayerArrays.shaped(dX, rows, layer.input()),
                  isPooled(layers, i),
                  whole.training().step()),
              whole.precision());
      forward.add(LayerKind.of(layer).forward(layer, arrays));
      LayerBackward back = LayerKind.of(layer).backward(layer, arrays);
      if (LayerKind.folds(layer)) {
        folding.add(back);
      }
      backward.add(
          i > 0 && isPooled(layers, i - 1)
              ? throughActivation((ConvolutionLayer) layers.get(i - 1), before, arrays, back)
              : back);
      firstParameter = nextParameter;
      before = arrays;
    }
  }

  /**
   * Whether a layer's activation and bias are taken back behind the max pooling that follows it, on
   * what that gives: each of its elements is one of the layer's, and there are a quarter as many
   * with windows of 2 x 2.
   */
  private static boolean isPooled(List<Layer> layers, int i) {
    // The last layer's y may lie where its gradient does.
    return i + 2 < layers.size()
        && layers.get(i) instanceof ConvolutionLayer convolution
        && !convolution.activation().needsInput()
        && layers.get(i + 1) instanceof PoolLayer pool
        && pool.function() == PoolFunction.MAX;
  }

  /** Back through a convolution's activation and bias, and then through its pooling. */
  private static LayerBackward throughActivation(
      ConvolutionLayer layer, LayerArrays arrays, LayerArrays pooled, LayerBackward pooling) {
    ActivationBackward activation =
        new ActivationBackward(
            layer.activation(),
            pooled.training().dY(),
            pooled.y(),
            null,
            arrays.training().gradients().get(ConvolutionLayer.BIAS));
    return device -> {
      activation.run(device);
      pooling.run(device);
    };
  }

  private void planInference(List<Layer> layers, LayerArrays whole) {
    int last = layers.size() - 1;
    long rows = whole.x().shape().length(0);
    Tensor x = whole.x();
    int firstParameter = 0;
    int turn = 0;
    for (int i = 0; i <= last; i++) {
      Layer layer = layers.get(i);
      LayerKind<Layer> kind = LayerKind.of(layer);
      int nextParameter = firstParameter + layer.parameters().size();
      if (i == last || !kind.passesAtInference()) {
        Tensor y = i == last ? whole.y() : flat(whole.memory().tensors().get(turn), rows, layer);
        LayerArrays arrays =
            new LayerArrays(
                whole.parameters().subList(firstParameter, nextParameter),
                LayerArrays.shaped(x, rows, layer.input()),
                LayerArrays.shaped(y, rows, layer.output()),
                whole.memory().layers().get(i),
                null,
                whole.precision());
        forward.add(kind.passesAtInference() ? copy(arrays) : kind.forward(layer, arrays));
        x = y;
        turn = 1 - turn;
      }
      firstParameter = nextParameter;
    }
  }

  /** As many rows of a layer's outputs as one array by turns begins with. */
  private static Tensor flat(Tensor widest, long rows, Layer layer) {
    return widest
        .reshape(widest.size())
        .rows(0, rows * layer.outputs())
        .reshape(rows, layer.outputs());
  }

  private static LayerForward copy(LayerArrays arrays) {
    Copy copy = new Copy(arrays.x(), arrays.y());
    return device -> device.copy(copy);
  }

  void forward(Device device) {
    for (int i = 0; i < forward.size(); i++) {
      forward.get(i).run(device);
    }
  }

  void backward(Device device) {
    for (int i = backward.size() - 1; i >= 0; i--) {
      backward.get(i).run(device);
    }
  }

  /** See {@link LayerBackward#foldUpdate}; of the layers that can. */
  void foldUpdate(float learningRate) {
    folding.forEach(layer -> layer.foldUpdate(learningRate));
  }

  /** Flops of the products of the way back. */
  long backwardFlops() {
    return backward.stream().mapToLong(LayerBackward::flops).sum();
  }
}
