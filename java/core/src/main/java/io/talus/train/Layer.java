package io.talus.train;

import java.util.List;

/** One layer of a network as described, without its numbers. Immutable. */
public sealed interface Layer permits Dense {

  /** Values that come in for each example. */
  int inputs();

  /** Values that go out for each example. */
  int outputs();

  /** The arrays that training changes, in a fixed order. */
  List<Parameter> parameters();

  /** Flops of the forward pass for one example, multiplications and additions counted apart. */
  long flops();

  /** In words, as in {@code dense 784 to 512, relu}. */
  String describe();
}
