package io.talus.train;

import java.util.List;

/**
 * The epochs of one training, in order.
 *
 * @param epochs at least one
 */
public record History(List<EpochResult> epochs) {
  public History {
    epochs = List.copyOf(epochs);
  }

  /** The last epoch. */
  public EpochResult last() {
    return epochs.get(epochs.size() - 1);
  }
}
