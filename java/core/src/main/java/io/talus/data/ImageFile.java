package io.talus.data;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * One file with an image, PNG, JPEG, GIF or BMP as {@code javax.imageio} reads them: decoded, cut,
 * resized and brought to 0 to 1.
 */
public final class ImageFile {
  private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "gif", "bmp");
  private static final float PIXEL_MAXIMUM = 255;

  private ImageFile() {}

  /**
   * Reads an image of any size, cut around the centre to the proportions of {@code shape}, then
   * resized.
   *
   * @return its pixels, row by row, the channels of one side by side
   * @throws MalformedFileException when the file is no whole image
   */
  public static float[] read(Path file, ImageShape shape) throws IOException {
    float[] pixels = new float[shape.size()];
    read(file, shape, true, pixels, 0);
    return pixels;
  }

  /** Whether a file is an image of such a kind by its name. */
  public static boolean isNamed(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
  }

  /** The shape that a file's image has by itself. */
  static ImageShape shape(Path file, int channels) throws IOException {
    BufferedImage image = decode(file);
    return new ImageShape(image.getHeight(), image.getWidth(), channels);
  }

  /**
   * @param resized whether an image of another size is cut and resized, or refused
   * @param target gets the pixels from place {@code at} on, channels side by side
   */
  static void read(Path file, ImageShape shape, boolean resized, float[] target, int at)
      throws IOException {
    BufferedImage image = decode(file);
    int height = image.getHeight();
    int width = image.getWidth();
    boolean fits = height == shape.height() && width == shape.width();
    if (!fits && !resized) {
      throw new MalformedFileException(
          file,
          "is an image of "
              + height
              + "x"
              + width
              + " where the others are "
              + shape.height()
              + "x"
              + shape.width()
              + "; give a size for all of them, ImageFolder.open(root, new ImageShape(height,"
              + " width, channels)) or --size");
    }
    float[] pixels = pixels(image, shape.channels());
    if (fits) {
      System.arraycopy(pixels, 0, target, at, pixels.length);
    } else {
      Resize.centre(pixels, new ImageShape(height, width, shape.channels()), shape, target, at);
    }
  }

  private static BufferedImage decode(Path file) throws IOException {
    BufferedImage image;
    try {
      image = ImageIO.read(file.toFile());
    } catch (IOException | RuntimeException damaged) {
      throw new MalformedFileException(file, "the image is damaged: " + damaged, damaged);
    }
    if (image == null) {
      throw new MalformedFileException(file, "is no image of a kind that Java reads");
    }
    return image;
  }

  /** All pixels, 0 to 1. What is transparent counts with the colour it has. */
  private static float[] pixels(BufferedImage image, int channels) {
    boolean grey =
        image.getRaster().getNumBands() < 3 && !(image.getColorModel() instanceof IndexColorModel);
    float[] pixels = new float[image.getHeight() * image.getWidth() * channels];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++, at += channels) {
        if (grey) {
          fill(pixels, at, channels, greyValue(image, x, y));
        } else {
          colour(pixels, at, channels, image.getRGB(x, y));
        }
      }
    }
    return pixels;
  }

  /** As it is in the file: getRGB would take it for linear light and brighten it. */
  private static float greyValue(BufferedImage image, int x, int y) {
    Raster raster = image.getRaster();
    int bits = raster.getSampleModel().getSampleSize(0);
    return raster.getSample(x, y, 0) / (float) ((1L << bits) - 1);
  }

  private static void fill(float[] pixels, int at, int channels, float value) {
    for (int channel = 0; channel < channels; channel++) {
      pixels[at + channel] = value;
    }
  }

  /** Grey of a colour: luma of ITU-R BT.601, as JPEG has it. */
  private static void colour(float[] pixels, int at, int channels, int rgb) {
    float red = (rgb >> 16 & 0xFF) / PIXEL_MAXIMUM;
    float green = (rgb >> 8 & 0xFF) / PIXEL_MAXIMUM;
    float blue = (rgb & 0xFF) / PIXEL_MAXIMUM;
    if (channels == 1) {
      pixels[at] = 0.299f * red + 0.587f * green + 0.114f * blue;
    } else {
      pixels[at] = red;
      pixels[at + 1] = green;
      pixels[at + 2] = blue;
    }
  }
}
