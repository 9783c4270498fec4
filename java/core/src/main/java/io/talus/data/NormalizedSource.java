package io.talus.data;

import java.util.Optional;

/** Examples that are normalized as they are read. */
record NormalizedSource(ExampleSource examples, Normalization normalization)
    implements ExampleSource {

  @Override
  public int rows() {
    return examples.rows();
  }

  @Override
  public int inputs() {
    return examples.inputs();
  }

  @Override
  public int classes() {
    return examples.classes();
  }

  @Override
  public Optional<ImageShape> image() {
    return examples.image();
  }

  @Override
  public int label(int row) {
    return examples.label(row);
  }

  @Override
  public void read(int row, float[] target, int at) {
    examples.read(row, target, at);
    normalization.apply(target, at, at + inputs());
  }

  @Override
  public String toString() {
    return examples + ", normalized";
  }
}
