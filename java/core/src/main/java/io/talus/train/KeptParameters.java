package io.talus.train;

import io.talus.Workspace;
import io.talus.op.Copy;
import io.talus.tensor.Tensor;

/** A copy of a network's parameters, to go back to. */
final class KeptParameters {
  private final Network network;
  private final Tensor values;
  private final Copy keep;
  private final Copy restore;

  KeptParameters(Network network, Workspace memory) {
    this.network = network;
    values = memory.tensor(network.values().size());
    keep = new Copy(network.values(), values);
    restore = new Copy(values, network.values());
  }

  void keep() {
    network.device().copy(keep);
  }

  void restore() {
    network.device().copy(restore);
  }

  Tensor values() {
    return values;
  }
}
