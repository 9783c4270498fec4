package io.talus.op;

import io.talus.tensor.Tensor;

/**
 * What {@link Gemm} does to each output while it is still in a register: {@code c =
 * activation(product + bias)}.
 *
 * @param bias one value for each column, or null
 * @param activation applied last
 * @param preActivation of the output's shape, filled with what the activation is applied to, or
 *     null; GELU's gradient needs it
 */
public record Epilogue(Tensor bias, Activation activation, Tensor preActivation) {
  /** Leaves the product as it is. */
  public static final Epilogue NONE = new Epilogue(null, Activation.IDENTITY, null);

  public Epilogue {
    if (activation == null) {
      throw new IllegalArgumentException("epilogue: activation is null; use IDENTITY for none");
    }
  }

  /** Adds a bias row. */
  public static Epilogue bias(Tensor bias) {
    return new Epilogue(bias, Activation.IDENTITY, null);
  }

  /** Adds a bias row and applies an activation. */
  public static Epilogue bias(Tensor bias, Activation activation) {
    return new Epilogue(bias, activation, null);
  }
}
