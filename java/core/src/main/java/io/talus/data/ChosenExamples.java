package io.talus.data;

import java.util.Objects;
import java.util.Optional;

/** Some examples of a source, in an order of their own; none is copied. */
final class ChosenExamples implements ExampleSource {
  private final ExampleSource all;
  private final int[] chosen;

  ChosenExamples(ExampleSource all, int[] chosen) {
    if (chosen.length == 0) {
      throw new IllegalArgumentException("examples: none of " + all + " is chosen");
    }
    for (int row : chosen) {
      Objects.checkIndex(row, all.rows());
    }
    this.all = all;
    this.chosen = chosen.clone();
  }

  @Override
  public int rows() {
    return chosen.length;
  }

  @Override
  public int inputs() {
    return all.inputs();
  }

  @Override
  public int classes() {
    return all.classes();
  }

  @Override
  public Optional<ImageShape> image() {
    return all.image();
  }

  @Override
  public int label(int row) {
    return all.label(chosen[row]);
  }

  @Override
  public void read(int row, float[] target, int at) {
    all.read(chosen[row], target, at);
  }

  @Override
  public String toString() {
    return chosen.length + " of " + all;
  }
}
