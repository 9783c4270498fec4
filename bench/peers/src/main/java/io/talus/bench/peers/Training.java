package io.talus.bench.peers;

import io.talus.bench.table.Stopwatch;

/** A training step: forward, softmax cross-entropy, backward, gradient descent. */
abstract class Training implements Measured {
  private static final int STEPS = 5;

  /**
   * One step.
   *
   * @return the mean cross-entropy before the update, or anything where it is not asked for
   */
  abstract double step(boolean withLoss);

  /** The losses of the first steps: they agree when gradients and updates do. */
  @Override
  public double[] evidence() {
    double[] losses = new double[STEPS];
    for (int i = 0; i < STEPS; i++) {
      losses[i] = step(true);
    }
    Stopwatch.warmUp(() -> step(false));
    return losses;
  }

  @Override
  public double seconds() {
    return Stopwatch.seconds(() -> step(false));
  }
}
