package io.talus.train;

import io.talus.tensor.Shape;

/** What layers over sequences, steps x features, have in common. */
final class Sequences {
  private Sequences() {}

  /**
   * What comes in, as a sequence.
   *
   * @throws IllegalArgumentException when it is neither one nor an image
   */
  static Shape of(String layer, Shape input) {
    if (input.rank() == 3) {
      return Shape.of(input.length(0), input.length(1) * input.length(2));
    }
    if (input.rank() != 2) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + input
              + " comes in; expected steps x features, as Network.builder(steps, features) has it,"
              + " or an image");
    }
    return input;
  }

  /**
   * @throws IllegalArgumentException naming what is wrong
   */
  static void requireValid(String layer, Shape input, int units) {
    boolean positive = input.rank() == 2 && input.size() > 0 && units > 0;
    if (!positive) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + units
              + " units of "
              + input
              + "; expected a positive number of units, and steps x features, both positive");
    }
    if (input.size() > Integer.MAX_VALUE || units > Integer.MAX_VALUE / input.length(0)) {
      throw new IllegalArgumentException(
          layer + ": " + units + " units of " + input + " are more values than 2^31 - 1");
    }
  }

  /** In words, as in {@code lstm 28x28 to 128, every step}. */
  static String describe(String name, RecurrentLayer layer) {
    return String.format(
        "%s %dx%d to %d%s",
        name,
        layer.steps(),
        layer.features(),
        layer.units(),
        layer.givesSequence() ? ", every step" : "");
  }
}
