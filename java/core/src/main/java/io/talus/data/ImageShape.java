package io.talus.data;

/**
 * How the features of one example are an image: row by row, the channels of a pixel side by side.
 *
 * @param height rows of pixels
 * @param width pixels in a row
 * @param channels values of a pixel
 */
public record ImageShape(int height, int width, int channels) {
  public ImageShape {
    if (height <= 0 || width <= 0 || channels <= 0) {
      throw new IllegalArgumentException(
          "an image of " + height + "x" + width + "x" + channels + " has no pixels");
    }
  }

  /** Features of one example. */
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(height, width), channels);
  }

  /** As in {@code 28x28x1}. */
  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
