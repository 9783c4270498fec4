package io.talus.train;

import io.talus.op.Window;
import io.talus.tensor.Shape;

/** What layers over images, height x width x channels, have in common. */
final class Images {
  private Images() {}

  /**
   * @throws IllegalArgumentException when the input is no image or smaller than the window
   */
  static void requireFits(String layer, Shape input, Window window) {
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          layer
              + ": "
              + input
              + " comes in; expected height x width x channels, as Network.builder(ImageShape)"
              + " has it");
    }
    boolean fits =
        input.length(0) + 2 * window.paddingHeight() >= window.height()
            && input.length(1) + 2 * window.paddingWidth() >= window.width();
    if (!fits) {
      throw new IllegalArgumentException(
          layer + ": the window " + describe(window) + " is larger than the images, " + input);
    }
  }

  static Shape output(Shape input, Window window, long channels) {
    return Shape.of(
        window.outputHeight(input.length(0)), window.outputWidth(input.length(1)), channels);
  }

  /** As in {@code 3x3, stride 2x2, padding 1x1}. */
  static String describe(Window window) {
    String text = window.height() + "x" + window.width();
    if (window.strideHeight() != 1 || window.strideWidth() != 1) {
      text += ", stride " + window.strideHeight() + "x" + window.strideWidth();
    }
    if (window.paddingHeight() != 0 || window.paddingWidth() != 0) {
      text += ", padding " + window.paddingHeight() + "x" + window.paddingWidth();
    }
    return text;
  }
}
