package io.talus.train;

import io.talus.tensor.Shape;

/**
 * An array of numbers that belongs to a layer.
 *
 * @param name within its layer, such as {@code weight}
 * @param regularized whether L2 and weight decay pull it towards 0
 * @param trained whether it has a gradient, by which the optimizer changes it; the gradient of
 *     others is 0
 * @param initializer how its first values are drawn
 */
public record Parameter(
    String name, Shape shape, boolean regularized, boolean trained, Initializer initializer) {

  /** One that training changes. */
  public Parameter(String name, Shape shape, boolean regularized, Initializer initializer) {
    this(name, shape, regularized, true, initializer);
  }

  /** One that the layer itself changes. */
  static Parameter untrained(String name, Shape shape, Initializer initializer) {
    return new Parameter(name, shape, false, false, initializer);
  }

  Parameter named(String other) {
    return new Parameter(other, shape, regularized, trained, initializer);
  }
}
