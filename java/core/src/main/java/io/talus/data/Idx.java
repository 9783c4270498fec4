package io.talus.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The IDX files that MNIST and its kin come in: unsigned bytes behind a big-endian header, in one
 * file of images and one of labels, compressed by gzip or not. Pixels become 0 to 1.
 */
public final class Idx {
  private static final float PIXEL_MAXIMUM = 255;
  private static final int MOST_CLASSES = 256;

  private Idx() {}

  /**
   * Reads images and their labels.
   *
   * @param classes labels are below this
   * @throws MalformedFileException when a file is of another kind, shorter or longer than its
   *     header says, or holds a label that is no class; or when the counts differ
   */
  public static Dataset read(Path images, Path labels, int classes) throws IOException {
    return read(images, labels, labels(labels, classes), classes);
  }

  /** The same with as many classes as the largest label says. */
  public static Dataset read(Path images, Path labels) throws IOException {
    int[] values = labels(labels, MOST_CLASSES);
    return read(images, labels, values, Arrays.stream(values).max().orElse(0) + 1);
  }

  /**
   * Images without labels.
   *
   * @param pixels one image after another
   */
  public record Images(float[] pixels, int count, ImageShape image) {}

  /** Reads images alone; see {@link #read(Path, Path, int)}. */
  public static Images readImages(Path images) throws IOException {
    try (IdxFile file = IdxFile.open(images, IdxFile.IMAGES)) {
      requireSome(images, file);
      return new Images(
          pixels(images, file), file.length(0), new ImageShape(file.length(1), file.length(2), 1));
    }
  }

  private static Dataset read(Path images, Path labels, int[] labelValues, int classes)
      throws IOException {
    try (IdxFile file = IdxFile.open(images, IdxFile.IMAGES)) {
      int count = file.length(0);
      if (count != labelValues.length) {
        throw new MalformedFileException(
            images, count + " images, but " + labelValues.length + " labels in " + labels);
      }
      requireSome(images, file);
      ImageShape image = new ImageShape(file.length(1), file.length(2), 1);
      return Dataset.ofImages(pixels(images, file), labelValues, classes, image);
    }
  }

  private static void requireSome(Path images, IdxFile file) throws IOException {
    if (file.total() == 0) {
      throw new MalformedFileException(
          images,
          "the header announces "
              + file.length(0)
              + " images of "
              + file.length(1)
              + "x"
              + file.length(2));
    }
  }

  private static float[] pixels(Path images, IdxFile file) throws IOException {
    if (file.total() > Integer.MAX_VALUE - 8) {
      throw new MalformedFileException(
          images,
          "the header announces " + file.total() + " pixels; one dataset holds at most 2^31 - 9");
    }
    float[] pixels = new float[(int) file.total()];
    byte[] image = new byte[pixels.length / file.length(0)];
    for (int at = 0; at < pixels.length; ) {
      file.read(image);
      for (byte pixel : image) {
        pixels[at++] = (pixel & 0xFF) / PIXEL_MAXIMUM;
      }
    }
    file.requireEnd();
    return pixels;
  }

  private static int[] labels(Path path, int classes) throws IOException {
    try (IdxFile file = IdxFile.open(path, IdxFile.LABELS)) {
      byte[] bytes = new byte[file.length(0)];
      file.read(bytes);
      file.requireEnd();
      int[] labels = new int[bytes.length];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = bytes[i] & 0xFF;
        if (labels[i] >= classes) {
          throw new MalformedFileException(
              path,
              "label " + i + " is " + labels[i] + "; expected a class of 0.." + (classes - 1));
        }
      }
      return labels;
    }
  }
}
