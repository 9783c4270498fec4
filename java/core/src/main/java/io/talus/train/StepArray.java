package io.talus.train;

import io.talus.tensor.Tensor;

/**
 * An array of a recurrent layer in which the rows of a step lie side by side, so that each step is
 * a matrix, and all of them are one. Where there is room for one step alone, all steps take turns.
 *
 * @param all steps times rows x width
 * @param rows of a step
 */
record StepArray(Tensor all, long rows) {
  static StepArray of(Tensor memory, long rows, long width) {
    return new StepArray(memory.reshape(memory.size() / width, width), rows);
  }

  private boolean isOneStep() {
    return all.rows() == rows;
  }

  Tensor step(int step) {
    return isOneStep() ? all : steps(step, step + 1);
  }

  /** From a step on, up to another. */
  Tensor steps(int from, int to) {
    return all.rows(from * rows, to * rows);
  }

  /** As steps x rows x width. */
  Tensor axes() {
    return all.reshape(all.rows() / rows, rows, all.columns());
  }
}
