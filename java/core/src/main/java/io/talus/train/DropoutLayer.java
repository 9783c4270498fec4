package io.talus.train;

import io.talus.op.Dropout;
import io.talus.tensor.Shape;
import java.util.List;

/**
 * Drops each value with a probability and scales up the others, while training; lets everything
 * pass at inference. Each training step draws anew.
 *
 * @param input what comes in for each example, and goes out
 * @param rate the probability, in [0, 1)
 * @param seed of the draws
 * @param stream tells apart the draws of one seed
 * @see Dropout
 */
public record DropoutLayer(Shape input, float rate, long seed, int stream) implements Layer {

  public DropoutLayer {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout: the rate " + rate + " is not in [0, 1)");
    }
  }

  DropoutLayer withSeed(long other) {
    return new DropoutLayer(input, rate, other, stream);
  }

  @Override
  public Shape output() {
    return input;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of();
  }

  @Override
  public long flops() {
    return 0;
  }

  /** None: everything passes at inference. */
  @Override
  public long otherFlops() {
    return 0;
  }

  @Override
  public String describe() {
    return "dropout " + rate;
  }
}
