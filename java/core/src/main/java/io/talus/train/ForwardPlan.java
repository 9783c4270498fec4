package io.talus.train;

import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;
import java.util.ArrayList;
import java.util.List;

/** The way forward alone for a fixed number of rows: every op made once, run many times. */
final class ForwardPlan {
  private final Network network;
  private final List<LayerForward> layers = new ArrayList<>();
  private final Tensor logits;

  /** Outputs of every layer for up to {@code rows} rows; plans of fewer rows share them. */
  static List<Tensor> outputs(Network network, int rows, TensorFactory memory) {
    List<Tensor> outputs = new ArrayList<>();
    for (Layer layer : network.layers()) {
      outputs.add(memory.tensor(rows, layer.outputs()));
    }
    return outputs;
  }

  /**
   * @param x the rows that go in
   * @param outputs of {@link #outputs}, with at least as many rows
   */
  ForwardPlan(Network network, Tensor x, List<Tensor> outputs) {
    this.network = network;
    Tensor input = x;
    for (int i = 0; i < outputs.size(); i++) {
      Layer layer = network.layers().get(i);
      LayerKind<Layer> kind = LayerKind.of(layer);
      if (!kind.passesAtInference()) {
        Tensor output = LayerArrays.shaped(outputs.get(i), x.rows(), layer.output());
        Tensor shaped = LayerArrays.shaped(input, x.rows(), layer.input());
        layers.add(
            kind.forward(layer, new LayerArrays(network.parameters(i), shaped, output, null)));
        input = output;
      }
    }
    logits = input;
  }

  /** Rows x classes, written by {@link #run}. */
  Tensor logits() {
    return logits;
  }

  void run() {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).run(network.device());
    }
  }
}
