package io.talus.cli;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** The digits that come along, as a person's files: 64 pixels of 0 to 16 and the class. */
final class DigitsFile {
  static final int SIDE = 8;
  private static final int WHITE = 16;

  private DigitsFile() {}

  /** Writes them to a folder; as an argument of commands. */
  static String in(Path folder) throws IOException {
    Path file = folder.resolve("digits.csv.gz");
    try (InputStream in = QuickstartData.class.getResourceAsStream("digits.csv.gz")) {
      Files.copy(in, file);
    }
    return file.toString();
  }

  /** Pixels and then the class of each. */
  static List<int[]> rows() throws IOException {
    try (InputStream in = QuickstartData.class.getResourceAsStream("digits.csv.gz");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
      return lines
          .lines()
          .map(line -> Arrays.stream(line.split(",")).mapToInt(Integer::parseInt).toArray())
          .toList();
    }
  }

  /** Writes rows as a CSV file. */
  static void csv(Path file, List<int[]> rows) throws IOException {
    Files.write(
        file, rows.stream().map(row -> Arrays.toString(row).replaceAll("[\\[\\] ]", "")).toList());
  }

  /** Writes rows as a pair of IDX files, packed as MNIST's are. */
  static void idx(Path folder, String part, List<int[]> rows) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + SIDE * SIDE * rows.size());
    images.putInt(2051).putInt(rows.size()).putInt(SIDE).putInt(SIDE);
    ByteBuffer labels = ByteBuffer.allocate(8 + rows.size()).putInt(2049).putInt(rows.size());
    for (int[] row : rows) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        images.put((byte) bright(row[i]));
      }
      labels.put((byte) row[SIDE * SIDE]);
    }
    pack(folder.resolve(part + "-images-idx3-ubyte.gz"), images.array());
    pack(folder.resolve(part + "-labels-idx1-ubyte.gz"), labels.array());
  }

  private static void pack(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(bytes);
    }
  }

  /**
   * Writes a row as an image.
   *
   * @param type of {@link BufferedImage}: grey or of colours, which then are all grey
   * @param scale pixels of the file along each side for one
   */
  static void image(Path file, int[] row, int type, int scale) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(SIDE * scale, SIDE * scale, type);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int value = bright(row[y / scale * SIDE + x / scale]);
        int[] pixel = {value, value, value};
        image.getRaster().setPixel(x, y, pixel);
      }
    }
    ImageIO.write(image, "png", file.toFile());
  }

  private static int bright(int pixel) {
    return Math.round(255f * pixel / WHITE);
  }
}
