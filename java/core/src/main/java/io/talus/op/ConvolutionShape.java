package io.talus.op;

import io.talus.tensor.Tensor;

/** What a convolution and its two gradients have in common: the shapes, and what they cost. */
final class ConvolutionShape {
  private ConvolutionShape() {}

  /** Notes what does not fit; x, w and y stand for their gradients too, under the names given. */
  static Check check(
      Check check,
      Window window,
      int groups,
      Tensor x,
      String xName,
      Tensor w,
      String wName,
      Tensor y,
      String yName) {
    boolean fourAxes = check.isImages(x, xName);
    fourAxes &= check.hasFourAxes(w, wName, "height x width x channels x outputs");
    fourAxes &= check.isImages(y, yName);
    check.that(groups >= 1, "there are %s groups, must be at least 1", groups);
    if (fourAxes && groups >= 1) {
      boolean divides = x.columns() % groups == 0 && w.columns() % groups == 0;
      check.that(
          divides,
          "%s groups do not divide %s channels and %s outputs",
          groups,
          x.columns(),
          w.columns());
      if (divides) {
        long channels = x.columns() / groups;
        check.shape(w, wName, window.height(), window.width(), channels, w.columns());
      }
      window.check(check, x, xName, y, yName, w.columns());
    }
    return check;
  }

  /** A multiply-add for each output and weight, with padding counted like images. */
  static long flops(Tensor w, Tensor y) {
    return 2 * y.rows() * w.size();
  }

  static long bytes(Tensor x, Tensor w, Tensor y) {
    return x.bytes() + w.bytes() + y.bytes();
  }
}
