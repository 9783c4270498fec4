package io.talus.train;

import io.talus.tensor.Tensor;
import io.talus.tensor.TensorFactory;

/** The way forward alone for a fixed number of rows: every op made once, run many times. */
final class ForwardPlan {
  private final Network network;
  private final Chain layers;
  private final Tensor logits;

  /** What plans of up to so many rows work in, one at a time. */
  record Buffers(LayerMemory layers, Tensor logits) {
    static Buffers of(Network network, int rows, TensorFactory memory) {
      return new Buffers(
          Chain.memory(network.layers(), rows, false, memory),
          memory.tensor(rows, network.classes()));
    }
  }

  /**
   * @param x the rows that go in
   */
  ForwardPlan(Network network, Tensor x, Buffers buffers) {
    this.network = network;
    logits = buffers.logits.rows(0, x.rows());
    layers =
        new Chain(
            network.layers(),
            new LayerArrays(
                network.layout().views(network.values()),
                x,
                logits,
                buffers.layers.rows(x.rows()),
                null,
                network.precision()));
  }

  /** Rows x classes, written by {@link #run}. */
  Tensor logits() {
    return logits;
  }

  void run() {
    layers.forward(network.device());
  }
}
