package io.talus.train;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The epochs of one training, in order: its learning curves.
 *
 * @param epochs at least one, unless training was stopped before the first one's end
 * @param isStopped whether {@link TrainingLoop#stopWhen} ended it, so that more was to come
 */
public record History(List<EpochResult> epochs, boolean isStopped) {
  public History {
    epochs = List.copyOf(epochs);
  }

  /** The last epoch. */
  public EpochResult last() {
    return epochs.get(epochs.size() - 1);
  }

  /** The data loss of each epoch. */
  public double[] dataLosses() {
    return epochs.stream().mapToDouble(EpochResult::dataLoss).toArray();
  }

  /** The loss of what is held out after each epoch; NaN where nothing is. */
  public double[] heldOutLosses() {
    return heldOut(Evaluation::loss);
  }

  /** The share of what is held out that is right after each epoch; NaN where nothing is. */
  public double[] heldOutAccuracies() {
    return heldOut(Evaluation::accuracy);
  }

  private double[] heldOut(ToDoubleFunction<Evaluation> what) {
    return epochs.stream()
        .mapToDouble(epoch -> epoch.heldOut().map(what::applyAsDouble).orElse(Double.NaN))
        .toArray();
  }
}
