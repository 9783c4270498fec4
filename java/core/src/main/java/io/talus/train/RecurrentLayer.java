package io.talus.train;

import io.talus.tensor.Shape;

/**
 * A layer that goes through a sequence step by step, with a state of {@link #units} values that
 * begins at 0. What goes out is the state after the last step, or the states after every step.
 *
 * <p>A sequence is steps x features. An image, height x width x channels, is one of its rows from
 * the top down: {@code height} steps of {@code width x channels} features.
 *
 * <p>All sequences have the same number of steps. Gradients go back through all of them.
 */
public sealed interface RecurrentLayer extends Layer permits GruLayer, LstmLayer {
  /** Values of the state. */
  int units();

  /** Whether the states after every step go out, not that after the last one alone. */
  boolean givesSequence();

  /** Products that a step needs for each unit. */
  int gates();

  /** Steps of a sequence. */
  default int steps() {
    return Math.toIntExact(input().length(0));
  }

  /** Values that come in with a step. */
  default int features() {
    return Math.toIntExact(input().columns());
  }

  @Override
  default Shape output() {
    return givesSequence() ? Shape.of(steps(), units()) : Shape.of(units());
  }

  /** Those of the products; there is none with the state before the first step. */
  @Override
  default long flops() {
    return 2L * gates() * units() * ((long) steps() * features() + (steps() - 1L) * units());
  }
}
