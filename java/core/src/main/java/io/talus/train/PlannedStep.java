package io.talus.train;

import io.talus.Workspace;
import io.talus.op.Recording;

/**
 * The step for one number of rows: the first run does its operations one by one, the second records
 * them, and from then on the recording runs.
 */
final class PlannedStep implements AutoCloseable {
  private final BatchPlan plan;
  private final Update update;
  private final Workspace memory;
  private boolean hasRun;
  private Recording recording;

  PlannedStep(BatchPlan plan, Update update, Workspace memory) {
    this.plan = plan;
    this.update = update;
    this.memory = memory;
  }

  int rows() {
    return plan.rows();
  }

  long flops() {
    return plan.flops();
  }

  void run() {
    update.countStep();
    plan.draw(update.steps());
    if (update.search() != null) {
      plan.tryOut(update.search());
      return;
    }
    if (!hasRun) {
      doOperations();
      hasRun = true;
      return;
    }
    if (recording == null) {
      recording = memory.record(this::doOperations);
    }
    recording.run();
  }

  private void doOperations() {
    plan.run();
    update.run();
  }

  /** See {@link BatchPlan#foldUpdate}; what was recorded has the old learning rate. */
  void foldUpdate(float learningRate) {
    close();
    plan.foldUpdate(learningRate);
  }

  @Override
  public void close() {
    if (recording != null) {
      recording.close();
      recording = null;
    }
  }
}
