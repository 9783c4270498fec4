package io.talus.cli;

import io.talus.recommend.NeighborListener;
import java.io.PrintWriter;

/**
 * Shows how far a search for neighbours has come: one that is told before it is over, not one that
 * takes a single step.
 */
final class NeighborProgress implements NeighborListener, AutoCloseable {
  private final PrintWriter terminal;
  private final long start = System.nanoTime();
  private Progress shown;

  NeighborProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  @Override
  public void found(int done, int rows) {
    if (shown == null && done < rows) {
      shown = Progress.since(start, terminal, "Finding neighbours", rows, "rows");
    }
    if (shown != null) {
      shown.stepTo(done, "");
    }
  }

  @Override
  public void close() {
    if (shown != null) {
      shown.close();
    }
  }
}
