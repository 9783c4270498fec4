package io.talus.train;

import io.talus.tensor.Shape;

/**
 * An array of numbers that training changes.
 *
 * @param name within its layer, such as {@code weight}
 * @param regularized whether L2 and weight decay pull it towards 0
 * @param initializer how its first values are drawn
 */
public record Parameter(String name, Shape shape, boolean regularized, Initializer initializer) {}
