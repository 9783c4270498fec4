package io.talus.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The binary files of CIFAR-10 and CIFAR-100: 32x32 pixels in three colours, a record of one or two
 * label bytes and the red, the green and the blue plane for each image. Pixels become 0 to 1, the
 * channels of one side by side.
 */
public final class Cifar {
  private static final ImageShape IMAGE = new ImageShape(32, 32, 3);
  private static final float PIXEL_MAXIMUM = 255;
  private static final Kind TEN = new Kind("CIFAR-10", 1, 0, 10);
  private static final Kind FINE = new Kind("CIFAR-100", 2, 1, 100);
  private static final Kind COARSE = new Kind("CIFAR-100", 2, 0, 20);

  private Cifar() {}

  /**
   * How a file's records begin.
   *
   * @param labelBytes before the pixels
   * @param label which of these counts
   */
  private record Kind(String name, int labelBytes, int label, int classes) {
    int recordBytes() {
      return labelBytes + IMAGE.size();
    }
  }

  /**
   * Reads files of CIFAR-10, such as {@code data_batch_1.bin} to {@code data_batch_5.bin}, one
   * after another.
   *
   * @throws MalformedFileException when a file is no whole number of records, or a label is no
   *     class
   */
  public static Dataset read10(Path... files) throws IOException {
    return read(TEN, files);
  }

  /** Reads files of CIFAR-100 with their 100 fine classes; see {@link #read10}. */
  public static Dataset read100(Path... files) throws IOException {
    return read(FINE, files);
  }

  /** Reads files of CIFAR-100 with their 20 coarse classes; see {@link #read10}. */
  public static Dataset read100Coarse(Path... files) throws IOException {
    return read(COARSE, files);
  }

  private static Dataset read(Kind kind, Path... files) throws IOException {
    int rows = 0;
    for (Path file : files) {
      rows = Math.addExact(rows, records(kind, file));
    }
    float[] pixels = new float[Math.multiplyExact(rows, IMAGE.size())];
    int[] labels = new int[rows];
    int row = 0;
    for (Path file : files) {
      int end = row + records(kind, file);
      try (InputStream in = Files.newInputStream(file)) {
        for (int first = row; row < end; row++) {
          byte[] record = in.readNBytes(kind.recordBytes());
          labels[row] = label(kind, record, file, row - first);
          unpack(record, kind.labelBytes, pixels, row * IMAGE.size());
        }
      }
    }
    return Dataset.ofImages(pixels, labels, kind.classes, IMAGE);
  }

  private static int records(Kind kind, Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes == 0 || bytes % kind.recordBytes() != 0) {
      throw new MalformedFileException(
          file,
          "has "
              + bytes
              + " bytes, no whole number of records of "
              + kind.name
              + ", "
              + kind.recordBytes()
              + " bytes each: it is cut off, packed or something else");
    }
    return Math.toIntExact(bytes / kind.recordBytes());
  }

  private static int label(Kind kind, byte[] record, Path file, int number) throws IOException {
    if (record.length < kind.recordBytes()) {
      throw new MalformedFileException(file, "became shorter while it was read");
    }
    int label = record[kind.label] & 0xFF;
    if (label >= kind.classes) {
      throw new MalformedFileException(
          file,
          "label "
              + number
              + " is "
              + label
              + "; expected a class of 0.."
              + (kind.classes - 1)
              + " of "
              + kind.name);
    }
    return label;
  }

  /** From plane after plane to pixel after pixel. */
  private static void unpack(byte[] record, int from, float[] pixels, int at) {
    int plane = IMAGE.height() * IMAGE.width();
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int channel = 0; channel < IMAGE.channels(); channel++) {
        int value = record[from + channel * plane + pixel] & 0xFF;
        pixels[at + pixel * IMAGE.channels() + channel] = value / PIXEL_MAXIMUM;
      }
    }
  }
}
