package io.talus.cli;

import io.talus.data.Dataset;
import io.talus.data.ImageShape;
import io.talus.data.Normalization;
import io.talus.train.Network;
import java.util.Map;

/** Images for the report: pixels of 0 to 255 for its script to draw. */
final class Pictures {
  /** A longer side is thinned out: a report should stay small. */
  private static final int LONGEST_SIDE = 96;

  private static final int WHITE = 255;
  private static final int[] BLUE = {31, 119, 180};
  private static final int[] RED = {214, 39, 40};

  private Pictures() {}

  /**
   * One example as it was before it was normalized.
   *
   * @param examples normalized images of one or three channels
   */
  static Map<String, Object> example(Dataset examples, int row, Network network, String caption) {
    ImageShape shape = examples.image().orElseThrow();
    float[] pixels = new float[shape.size()];
    examples.read(row, pixels, 0);
    network.normalization().ifPresent(normalization -> undo(normalization, pixels));
    float largest = 1;
    for (float pixel : pixels) {
      largest = Math.max(largest, pixel);
    }
    return picture(pixels, shape, 0, largest, caption);
  }

  private static void undo(Normalization normalization, float[] pixels) {
    float[] means = normalization.means();
    float[] deviations = normalization.deviations();
    for (int i = 0; i < pixels.length; i++) {
      int kind = i % means.length;
      pixels[i] = pixels[i] * deviations[kind] + means[kind];
    }
  }

  /** Values of any size, the smallest of which becomes 0, the largest 255. */
  static Map<String, Object> stretched(float[] values, ImageShape shape, String caption) {
    float least = Float.POSITIVE_INFINITY;
    float largest = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      largest = Math.max(largest, value);
    }
    return picture(values, shape, least, largest, caption);
  }

  /**
   * Values around 0, by the largest of them: those of three channels as colours around grey, others
   * blue above 0 and red below, white at 0; of several channels their mean.
   */
  static Map<String, Object> signed(float[] values, ImageShape shape, String caption) {
    int channels = shape.channels();
    if (channels == 3) {
      float largest = largest(values);
      return picture(values, shape, -largest, largest, caption);
    }
    float[] means = new float[values.length / channels];
    for (int i = 0; i < values.length; i++) {
      means[i / channels] += values[i] / channels;
    }
    float largest = largest(means);
    float[] colors = new float[3 * means.length];
    for (int i = 0; i < colors.length; i++) {
      float mean = means[i / 3];
      int[] full = mean > 0 ? BLUE : RED;
      colors[i] = WHITE + (full[i % 3] - WHITE) * Math.abs(mean) / largest;
    }
    ImageShape colored = new ImageShape(shape.height(), shape.width(), 3);
    return picture(colors, colored, 0, WHITE, caption);
  }

  /** By its size; 1 where all are 0. */
  private static float largest(float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest == 0 ? 1 : largest;
  }

  private static Map<String, Object> picture(
      float[] values, ImageShape shape, float black, float white, String caption) {
    int every = (Math.max(shape.height(), shape.width()) + LONGEST_SIDE - 1) / LONGEST_SIDE;
    int height = (shape.height() + every - 1) / every;
    int width = (shape.width() + every - 1) / every;
    int channels = shape.channels();
    int[] pixels = new int[height * width * channels];
    float range = white > black ? white - black : 1;
    for (int i = 0; i < pixels.length; i++) {
      int row = i / channels / width * every;
      int column = i / channels % width * every;
      float value = values[(row * shape.width() + column) * channels + i % channels];
      pixels[i] = Math.max(0, Math.min(WHITE, Math.round(WHITE * (value - black) / range)));
    }
    return Map.of(
        "width",
        width,
        "height",
        height,
        "channels",
        channels,
        "pixels",
        pixels,
        "caption",
        caption);
  }
}
