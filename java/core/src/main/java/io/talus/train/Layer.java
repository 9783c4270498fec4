package io.talus.train;

import io.talus.tensor.Shape;
import java.util.List;

/** One layer of a network as described, without its numbers. Immutable. */
public sealed interface Layer
    permits BatchNormLayer,
        ConvolutionLayer,
        Dense,
        DropoutLayer,
        EmbeddingLayer,
        LayerNormLayer,
        PoolLayer,
        RecurrentLayer,
        Residual {

  /** What comes in for each example. */
  Shape input();

  /** What goes out for each example. */
  Shape output();

  /** Values that come in for each example. */
  default int inputs() {
    return Math.toIntExact(input().size());
  }

  /** Values that go out for each example. */
  default int outputs() {
    return Math.toIntExact(output().size());
  }

  /** The arrays that training changes, in a fixed order. */
  List<Parameter> parameters();

  /**
   * Flops of the products of the forward pass for one example, multiplications and additions
   * counted apart.
   */
  long flops();

  /**
   * Flops of the forward pass for one example besides products, at inference: what biases, sums,
   * normalization and comparisons take, and one for each value of an activation.
   */
  long otherFlops();

  /** In words, as in {@code dense 784 to 512, relu}. */
  String describe();
}
