package io.talus.backend.cuda;

import io.talus.op.Reduction;
import io.talus.tensor.IntTensor;

/**
 * Rows of logits at addresses, whose losses and gradients are being handed to a stream; one object
 * for a stream, used again for each launch, so that a run allocates nothing.
 */
final class CrossEntropyRows {
  long rows;
  long classes;
  long logits;
  long dLogits;
  IntTensor targets;
  long first;
  Reduction reduction;
  float smoothing;
  float scale;
  long counts;
  long loss;
  long partials;

  /**
   * @param addressOfGradients 0 where not wanted
   */
  CrossEntropyRows logits(long count, long columns, long address, long addressOfGradients) {
    rows = count;
    classes = columns;
    logits = address;
    dLogits = addressOfGradients;
    return this;
  }

  /**
   * @param firstRow the one of {@code labels} that is the first of these
   * @param addressOfCounts from {@link CrossEntropyKernels#countTargets}
   */
  CrossEntropyRows targets(
      IntTensor labels, long firstRow, float labelSmoothing, long addressOfCounts) {
    targets = labels;
    first = firstRow;
    smoothing = labelSmoothing;
    counts = addressOfCounts;
    return this;
  }

  /**
   * @param address of each row's loss under NONE; of that of all, where {@code addressOfPartials}
   *     is 0
   * @param addressOfPartials takes a double for each block of {@link RowVariant}
   */
  CrossEntropyRows loss(Reduction how, float factor, long address, long addressOfPartials) {
    reduction = how;
    scale = factor;
    loss = address;
    partials = addressOfPartials;
    return this;
  }

  RowVariant variant() {
    return RowVariant.of(classes, logits, dLogits);
  }
}
