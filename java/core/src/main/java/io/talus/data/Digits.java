package io.talus.data;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;

/**
 * The handwritten digits of the UCI repository (E. Alpaydin and C. Kaynak, CC BY 4.0): 8x8 pixels
 * of 0 to 16, row by row, and the digit, as comma-separated numbers, one example a line. Pixels
 * become 0 to 1.
 */
public final class Digits {
  private static final ImageShape IMAGE = new ImageShape(8, 8, 1);
  private static final int PIXEL_MAXIMUM = 16;
  private static final int CLASSES = 10;

  private Digits() {}

  /**
   * Reads a file, compressed by gzip or not.
   *
   * @throws MalformedFileException naming the first line that is not 64 pixels and a digit
   */
  public static Dataset read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, file.toString());
    }
  }

  /**
   * Reads a stream, such as a resource, compressed by gzip or not, to its end.
   *
   * @param source what to call it in messages
   */
  public static Dataset read(InputStream stream, String source) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    try {
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(Gzip.unpack(stream), StandardCharsets.ISO_8859_1));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        rows.add(parse(line, source + ", line " + (rows.size() + 1)));
      }
    } catch (ZipException | EOFException | UncheckedIOException damaged) {
      throw new MalformedFileException(
          source, "after line " + rows.size() + " the compressed data are damaged: " + damaged);
    }
    if (rows.isEmpty()) {
      throw new MalformedFileException(source, "there is no line; expected 64 pixels and a digit");
    }
    return dataset(rows);
  }

  private static byte[] parse(String line, String place) throws MalformedFileException {
    String[] fields = line.strip().split(",", -1);
    if (fields.length != IMAGE.size() + 1) {
      throw new MalformedFileException(
          place,
          fields.length
              + (fields.length == 1 ? " value" : " values")
              + "; expected "
              + IMAGE.size()
              + " pixels and a digit, separated by commas");
    }
    byte[] row = new byte[fields.length];
    for (int i = 0; i < row.length; i++) {
      int most = i < IMAGE.size() ? PIXEL_MAXIMUM : CLASSES - 1;
      row[i] = (byte) number(fields[i].strip(), most, place + ", value " + (i + 1));
    }
    return row;
  }

  private static int number(String field, int most, String place) throws MalformedFileException {
    try {
      int value = Integer.parseInt(field);
      if (value >= 0 && value <= most) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // Told below, like a number that is out of range.
    }
    throw new MalformedFileException(
        place, "'" + field + "'; expected a whole number from 0 to " + most);
  }

  private static Dataset dataset(List<byte[]> rows) {
    int size = IMAGE.size();
    float[] pixels = new float[Math.multiplyExact(rows.size(), size)];
    int[] labels = new int[rows.size()];
    for (int row = 0; row < labels.length; row++) {
      byte[] values = rows.get(row);
      for (int i = 0; i < size; i++) {
        pixels[row * size + i] = values[i] / (float) PIXEL_MAXIMUM;
      }
      labels[row] = values[size];
    }
    return Dataset.ofImages(pixels, labels, CLASSES, IMAGE);
  }
}
