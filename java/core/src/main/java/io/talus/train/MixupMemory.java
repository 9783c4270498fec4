package io.talus.train;

import io.talus.Workspace;
import io.talus.tensor.Tensor;
import java.nio.FloatBuffer;

/** What mixing examples works in: their share, mixed features, and losses and gradients of two. */
final class MixupMemory {
  /** Of the batch's own labels, and of those of its two halves and an odd row. */
  static final int LOSSES = 4;

  private static final int WORDS = 4;

  private final Mixup mixup;
  private final Tensor shares;
  private final Tensor mixed;
  private final Tensor rest;
  private final Tensor losses;
  private final Tensor gradients;
  private final FloatBuffer shareValues = FloatBuffer.allocate(2);
  private final int[] words = new int[WORDS];

  MixupMemory(Mixup mixup, Network network, int rows, Workspace memory) {
    this.mixup = mixup;
    shares = memory.tensor(2);
    mixed = memory.tensor(rows, network.inputs());
    rest = memory.tensor(rows, network.inputs());
    losses = memory.tensor(LOSSES);
    gradients = memory.tensor(rows, network.classes());
  }

  /** Tells the device the share of a step. */
  void draw(int step) {
    float drawn = mixup.share(step, words);
    shares.copyFrom(shareValues.put(0, drawn).put(1, 1 - drawn));
  }

  /** Of an example itself: one value. */
  Tensor share() {
    return shares.rows(0, 1);
  }

  /** Of the other: one value. */
  Tensor otherShare() {
    return shares.rows(1, 2);
  }

  /** The features that the layers see. */
  Tensor mixed() {
    return mixed;
  }

  /** The features by the other's share. */
  Tensor rest() {
    return rest;
  }

  Tensor losses() {
    return losses;
  }

  /** Of the logits, for the batch's own labels. */
  Tensor gradients() {
    return gradients;
  }
}
