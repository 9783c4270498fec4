package io.talus.train;

import io.talus.Workspace;
import io.talus.op.AugmentImages;
import io.talus.tensor.IntTensor;
import io.talus.tensor.Tensor;

/**
 * What a training step works on besides the parameters: the batch, what the layers work in, the
 * gradients of the parameters, the loss.
 */
final class TrainingBuffers {
  private final Network network;
  private final Augmentation augmentation;
  private final MixupMemory mixup;
  private final Tensor batch;
  private final Tensor changed;
  private final IntTensor targets;
  private final Tensor loss;
  private final IntTensor step;
  private final Tensor gradients;
  private final Tensor logits;
  private final LayerMemory layers;

  TrainingBuffers(Network network, int rows, Recipe recipe, Workspace memory) {
    this.network = network;
    augmentation = recipe.augmentation();
    if (recipe.mixup() != null && LayerKind.of(network.layers().get(0)).takesIds()) {
      throw new IllegalArgumentException("mixup: the network takes ids, which cannot be mixed");
    }
    mixup = recipe.mixup() == null ? null : new MixupMemory(recipe.mixup(), network, rows, memory);
    batch = memory.tensor(rows, network.inputs());
    changed = augmentation == null ? batch : memory.tensor(rows, network.inputs());
    targets = memory.labels(network.classes(), rows);
    logits = memory.tensor(rows, network.classes());
    loss = memory.tensor(1);
    step = memory.ints(1);
    gradients = memory.tensor(network.layout().size());
    layers = Chain.memory(network.layers(), rows, true, memory);
  }

  /** The bytes of such buffers and of the parameters, but for gradients and a few numbers. */
  static long bytes(Network network, int rows, Recipe recipe) {
    int batches = recipe.augmentation() == null ? 1 : 2;
    int logits = 1;
    if (recipe.mixup() != null) {
      batches += 2;
      logits += 1;
    }
    long columns = (long) batches * network.inputs() + (long) logits * network.classes() + 1;
    return rows * columns * Float.BYTES
        + network.values().bytes()
        + MemoryCount.of(memory -> Chain.memory(network.layers(), rows, true, memory));
  }

  /** The features of the batch. */
  Tensor batch() {
    return batch;
  }

  IntTensor targets() {
    return targets;
  }

  /** One value. */
  Tensor loss() {
    return loss;
  }

  /** The number of the training step: one value. */
  IntTensor step() {
    return step;
  }

  /** Of all parameters, laid out as the network's values. */
  Tensor gradients() {
    return gradients;
  }

  /** What the layers work in. */
  LayerMemory layers() {
    return layers;
  }

  /** What the last layer gives, whose place its gradient takes: nothing reads it afterwards. */
  Tensor logits() {
    return logits;
  }

  /** Changes the first {@code rows} rows before the layers see them; null where nothing does. */
  AugmentImages augmentation(int rows) {
    return augmentation == null
        ? null
        : augmentation.op(batch.rows(0, rows), changed.rows(0, rows), step);
  }

  /** What mixing works in, or null where nothing is mixed. */
  MixupMemory mixup() {
    return mixup;
  }

  /** The first {@code rows} rows after augmentation. */
  Tensor changed(int rows) {
    return changed.rows(0, rows);
  }

  /** The layers' ways forward and back for the first {@code rows} rows. */
  Chain chain(int rows) {
    Tensor out = logits.rows(0, rows);
    return new Chain(
        network.layers(),
        new LayerArrays(
            network.layout().views(network.values()),
            mixup == null ? changed(rows) : mixup.mixed().rows(0, rows),
            out,
            layers.rows(rows),
            new LayerArrays.Training(network.layout().views(gradients), out, null, false, step),
            network.precision()));
  }
}
