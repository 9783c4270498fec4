package io.talus.train;

import io.talus.Device;
import io.talus.Workspace;
import io.talus.op.Axpby;
import io.talus.op.Binary;
import io.talus.op.BinaryFunction;
import io.talus.op.Broadcast;
import io.talus.op.Copy;
import io.talus.op.RandomNormal;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A search at work on one network: draws parameters, and keeps those with the least loss. Draws
 * have the same bits on every device.
 */
final class RandomSearch {
  private final List<RandomNormal> draws = new ArrayList<>();
  private final Binary scale;
  private final List<Axpby> proposals = new ArrayList<>();
  private final Copy keep;
  private final Copy restore;
  private final Tensor best;
  private float leastLoss = Float.POSITIVE_INFINITY;

  /**
   * @param step the number of the step, which every draw depends on
   * @param size of what is drawn: one value
   */
  RandomSearch(
      Network network, Optimizer.Search search, IntTensor step, Tensor size, Workspace memory) {
    Tensor values = network.values();
    Tensor drawn = memory.tensor(values.size());
    best = memory.tensor(values.size());
    List<Tensor> into = network.layout().views(drawn);
    List<Tensor> from = network.layout().views(values);
    List<Parameter> parameters = Chain.parameters(network.layers());
    // One by one: the gaps between them stay 0, and what a layer itself changes is left to it.
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).trained()) {
        draws.add(new RandomNormal(search.seed(), draws.size(), step, 0, 1, into.get(i)));
        proposals.add(new Axpby(1, into.get(i), search.local() ? 1 : 0, from.get(i)));
      }
    }
    scale = new Binary(BinaryFunction.MULTIPLY, Broadcast.SCALAR, drawn, size, drawn);
    keep = new Copy(values, best);
    restore = new Copy(best, values);
  }

  /** The least loss so far. */
  float leastLoss() {
    return leastLoss;
  }

  /** The parameters with the least loss so far. */
  Tensor best() {
    return best;
  }

  /** Goes on from where another search was, whose {@link #best} lies there already. */
  void resume(float loss) {
    leastLoss = loss;
  }

  /** Puts new parameters into the network. */
  void propose(Device device) {
    for (int i = 0; i < draws.size(); i++) {
      device.randomNormal(draws.get(i));
    }
    device.binary(scale);
    for (int i = 0; i < proposals.size(); i++) {
      device.axpby(proposals.get(i));
    }
  }

  /** Keeps what was proposed where its loss is the least, or goes back to the best. */
  void decide(float loss, Device device) {
    if (loss < leastLoss) {
      leastLoss = loss;
      device.copy(keep);
    } else if (leastLoss < Float.POSITIVE_INFINITY) {
      device.copy(restore);
    }
  }
}
