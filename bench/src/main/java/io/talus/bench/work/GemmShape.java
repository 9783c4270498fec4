package io.talus.bench.work;

import io.talus.op.Transpose;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A matrix product by the place where it occurs: {@code square-1024}, or a product of a dense layer
 * of batch x inputs x outputs, {@code dense-128x784x512-forward} (Y = X W), {@code -weights} (dW =
 * X' dY) or {@code -input} (dX = dY W'). {@code -forward-relu} has bias and ReLU as well.
 */
public record GemmShape(
    String name, Transpose transposeA, Transpose transposeB, long m, long n, long k, boolean relu) {
  private static final Pattern SQUARE = Pattern.compile("square-(\\d+)");
  private static final Pattern DENSE =
      Pattern.compile("dense-(\\d+)x(\\d+)x(\\d+)-(forward|weights|input|forward-relu)");

  /**
   * @throws IllegalArgumentException when the name has neither form
   */
  public static GemmShape parse(String name) {
    Matcher square = SQUARE.matcher(name);
    if (square.matches()) {
      long size = Long.parseLong(square.group(1));
      return new GemmShape(name, Transpose.NO, Transpose.NO, size, size, size, false);
    }
    Matcher dense = DENSE.matcher(name);
    if (!dense.matches()) {
      throw new IllegalArgumentException(
          "shape '"
              + name
              + "' is neither square-N nor dense-BATCHxINPUTSxOUTPUTS-(forward, weights, input or"
              + " forward-relu)");
    }
    long batch = Long.parseLong(dense.group(1));
    long inputs = Long.parseLong(dense.group(2));
    long outputs = Long.parseLong(dense.group(3));
    return switch (dense.group(4)) {
      case "weights" ->
          new GemmShape(name, Transpose.YES, Transpose.NO, inputs, outputs, batch, false);
      case "input" ->
          new GemmShape(name, Transpose.NO, Transpose.YES, batch, inputs, outputs, false);
      default ->
          new GemmShape(
              name, Transpose.NO, Transpose.NO, batch, outputs, inputs, name.endsWith("relu"));
    };
  }
}
